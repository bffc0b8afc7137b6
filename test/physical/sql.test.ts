import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ident, literal, renderFor } from '../../src/physical/sql.ts'

describe('the name of the namespace in SQL', () => {
  test('goes in as an identifier and as a text, quoted', () => {
    expect(renderFor(`o'"dd`, `SELECT f(:'ns') FROM :"ns"."food"`)).toBe(`SELECT f('o''"dd') FROM "o'""dd"."food"`)
  })

  test('never goes into a name or a text that merely looks like it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (namespace, name, text) => {
        const sql = `${ident(name)} ${literal(text)} :"ns" ${literal(`:"ns"${text}:'ns'`)}`
        const rendered = renderFor(namespace, sql)
        expect(rendered).toBe(`${ident(name)} ${literal(text)} ${ident(namespace)} ${literal(`:"ns"${text}:'ns'`)}`)
      }),
    )
  })
})
