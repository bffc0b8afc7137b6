import { describe, expect, test } from 'vitest'
import { parseIds } from '../../src/commands/tenant/idsFile.ts'

describe('the file of ids of an import', () => {
  test('is a JSON object of ids by namespace', async () => {
    expect(await parseIds('\uFEFF {"tenant_7": "seven"}')).toEqual({ ids: { tenant_7: 'seven' } })
  })

  test('or CSV, with names in quotes where they need them, and with revisions where somebody knows them', async () => {
    const text = 'namespace,id,revision\r\ntenant_7,seven,3\n\n"a ""b"", c",quoted,\ntenant_8,,4\ntenant_9,nine\n'
    expect(await parseIds(text)).toEqual({
      ids: { tenant_7: 'seven', 'a "b", c': 'quoted', tenant_9: 'nine' },
      revisions: { tenant_7: 3, tenant_8: 4 },
    })
    expect(await parseIds('namespace,id\na,b')).toEqual({ ids: { a: 'b' } })
    expect(await parseIds('namespace,id,revision\n')).toEqual({})
  })

  test.each([
    ['', /^Line 1 of the file: The header is to be namespace,id,revision, and there is none\.$/],
    ['{"a": 1}', /JSON object of texts/],
    ['[1]', /JSON object of texts/],
    ['id,name\na,b', /^Line 1 .*a column "name" is not known/],
    ['namespace,id\na,b,c', /^Line 2 /],
    ['namespace,id\n,b', /^Line 2 .*names no namespace/],
    ['namespace,id\na,b\na,c', /^Line 3 .*"a" is there twice/],
    ['namespace,id,revision\na,b,latest', /^Line 2 .*"latest" is no revision/],
    ['namespace,id\n"a,b', /^Line \d .*comma-separated/],
  ])('is refused in a sentence otherwise: %j', async (text, message) => {
    const refusal = { code: 'INPUT_INVALID', message: expect.stringMatching(message) }
    await expect(parseIds(text)).rejects.toMatchObject(refusal)
  })
})
