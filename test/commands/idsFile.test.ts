import { describe, expect, test } from 'vitest'
import { parseIds } from '../../src/commands/tenant/idsFile.ts'

describe('the file of ids of an import', () => {
  test('is a JSON object of ids by namespace', () => {
    expect(parseIds('\uFEFF {"tenant_7": "seven"}')).toEqual({ ids: { tenant_7: 'seven' } })
  })

  test('or CSV, with names in quotes where they need them, and with revisions where somebody knows them', () => {
    const text = 'namespace,id,revision\r\ntenant_7,seven,3\n\n"a ""b"", c",quoted,\ntenant_8,,4\ntenant_9,nine\n'
    expect(parseIds(text)).toEqual({
      ids: { tenant_7: 'seven', 'a "b", c': 'quoted', tenant_9: 'nine' },
      revisions: { tenant_7: 3, tenant_8: 4 },
    })
    expect(parseIds('namespace,id\na,b')).toEqual({ ids: { a: 'b' } })
    expect(parseIds('namespace,id,revision\n')).toEqual({})
  })

  test.each([
    ['', /header namespace,id/],
    ['{"a": 1}', /JSON object of texts/],
    ['[1]', /header namespace,id/],
    ['id,namespace\na,b', /header namespace,id/],
    ['namespace,id\na,b,c', /entry 1/],
    ['namespace,id\n,b', /entry 1/],
    ['namespace,id\na,b\na,c', /"a" is there twice: entry 2/],
    ['namespace,id,revision\na,b,latest', /"latest" is no revision: entry 1/],
    ['namespace,id\n"a,b', /A quote is not closed in entry 1/],
  ])('is refused in a sentence otherwise: %j', (text, message) => {
    expect(() => parseIds(text)).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringMatching(message) }),
    )
  })
})
