import { describe, expect, test } from 'vitest'
import { importText } from '../../src/commands/render/importText.ts'
import type { ImportResult } from '../../src/contract.ts'

const ALONE = { decided_by: null, tool_table: null }
const behind = { ...ALONE, tenant: '02', namespace: 'shop_02', revision: 3, differences: ['It is behind.'] }
const unlike = (...differences: readonly string[]) => ({
  ...ALONE,
  tenant: '03',
  namespace: 'shop_03',
  revision: null,
  differences: ['It looks like no revision; from the nearest, revision 4, it differs', ...differences],
})
const result = (differences: Partial<ImportResult>): ImportResult => ({
  dry_run: false,
  baseline: null,
  alike_revisions: [],
  revisions: [{ revision: 4, name: '0003_note', tenants: 1 }],
  ignored_tables: [],
  counts: { matched: 1, parked: differences.parked?.length ?? 0, registered: 0, refused: 0 },
  parked_before: 0,
  matched: [{ ...ALONE, tenant: '01', namespace: 'shop_01' }],
  parked: [],
  registered: [],
  refused: [],
  ...differences,
})
const BY_OTHER_TOOL = 'The tool that has changed these namespaces so far must not run on them any more.'

describe('what is told of an import', () => {
  test('is the revision of each namespace, and how those that are behind come up', () => {
    const text = importText('shop', result({ dry_run: true, parked: [behind] }))
    expect(text).toContain('at revision 4, 0003_note: 1')
    expect(text).toMatch(/shop_01 +01 +4 +would become active/)
    expect(text).toMatch(/shop_02 +02 +3 +parked: it is behind/)
    expect(text).toContain('`schema-saga tenant unpark shop --all`')
    expect(text).not.toContain(BY_OTHER_TOOL)
  })

  test('is what told which of several revisions one is that look alike', () => {
    const told = { ...behind, decided_by: 'tool_table', tool_table: '_prisma_migrations' } as const
    const text = importText('shop', result({ dry_run: true, parked: [told] }))
    expect(text).toMatch(/3 +parked: it is behind \(_prisma_migrations tells which of the revisions that look alike\)/)
  })

  test('is what differs, and who must not change it any more', () => {
    const text = importText('shop', result({ parked: [unlike('column a.b is extra', 'grants of table a is extra')] }))
    expect(text).toContain('revision 4, it differs: column a.b is extra; grants of table a is extra')
    expect(text.endsWith(`\n${BY_OTHER_TOOL}`)).toBe(true)
  })

  test('is how grants are left out, where nothing else differs', () => {
    const text = importText('shop', result({ parked: [unlike('grants of table a is extra')] }))
    expect(text).toContain(
      'Namespaces that differ only in grants match once the setting `ignore` has grants:* among its patterns.',
    )
  })

  test('is no more than before where there are no revisions to tell apart', () => {
    const { revisions: _, ...earlier } = result({})
    expect(importText('shop', earlier as ImportResult)).toBe('1 active, 0 parked, 0 registered before, 0 refused')
  })
})
