import { describe, expect, test } from 'vitest'
import { documentSchemas } from '../../scripts/build/documentSchemas.ts'
import { processSurroundings } from '../../src/commands/processIo.ts'
import { createProgram } from '../../src/commands/program.ts'
import { documentNames, problemOf, requirePublished } from '../fixtures/publishedSchemas.ts'
import { operationDocument } from './fakeSurroundings.ts'

const schemas = documentSchemas()
const commandLines = createProgram(processSurroundings()).commands.flatMap((command) => [
  // A family has no arguments of its own.
  ...(command.commands.length === 0 || command.registeredArguments.length > 0 ? [[command.name()]] : []),
  ...command.commands.map((below) => [command.name(), below.name()]),
])

describe('the JSON Schemas of what commands print', () => {
  test.each(commandLines.map((line) => [line]))('exist for %j', (line) => {
    const names = documentNames(line)
    expect(names).not.toEqual([])
    for (const name of names) expect(Object.keys(schemas)).toContain(name)
  })

  test('are each printed by some command', () => {
    const printed = new Set([...commandLines.flatMap(documentNames), 'error'])
    expect([...printed].sort()).toEqual(Object.keys(schemas).sort())
  })

  test('say what a key means', () => {
    expect(schemas.operation).toMatchObject({
      $defs: {
        OperationDocument: {
          properties: { accepted: { type: 'number', description: expect.stringContaining('did not succeed') } },
        },
      },
    })
  })

  test('allow no key that they do not name, and miss none', () => {
    const { id, ...without } = operationDocument()
    expect(problemOf('operation', { operation: { id, ...without } })).toBeNull()
    expect(problemOf('operation', { operation: { id, ...without, extra: 1 } })).toContain(
      '"additionalProperty":"extra"',
    )
    expect(problemOf('operation', { operation: without })).toContain('"missingProperty":"id"')
    expect(problemOf('operation', { operation: { ...without, id, status: 'done' } })).toContain('allowed values')
    expect(problemOf('schema', { revision: 1, schema: { models: [{ name: 'food' }] } })).toContain('"missingProperty"')
  })

  test('are held against all that the tests see', () => {
    expect(() => requirePublished(['server', 'list', '--json'], '{"servers":[]}')).not.toThrow()
    expect(() => requirePublished(['server', 'list', '--json'], '{"servers":[{}]}')).toThrow('no schema allows')
    expect(() => requirePublished(['server', 'list', '--json'], '{"error":{}}')).toThrow('no schema allows')
  })
})
