import { describe, expect, it } from 'vitest'
import { type NamespaceRecord, RECORD_FORMAT, type RecordLine } from '../../src/sql/record.ts'
import { type Counting, countedRecord } from '../../src/sql/recordCounting.ts'

const USUAL: Counting = { tenantRole: null, partitions: 'any', ignore: [] }
const line = (kind: string, name: string, facts: RecordLine['facts'] = {}): RecordLine => ({ kind, name, facts })

function counted(lines: readonly RecordLine[], counting: Partial<Counting>, ...namespaces: string[]) {
  const record: NamespaceRecord = { format: RECORD_FORMAT, printing: { major: 18, extensions: {} }, lines }
  return countedRecord(record, namespaces, { ...USUAL, ...counting }).lines
}

const AUDIT = [
  line('table', 'audit'),
  line('column', 'audit.at'),
  line('constraint', 'audit.audit_pkey'),
  line('index', 'by_day', { table: 'audit' }),
  line('trigger', 'audit.notify'),
  line('policy', 'audit.own'),
  line('statistics', 'spread', { table: 'audit' }),
  line('sequence', 'log_ids'),
  line('owned_by', 'sequence log_ids', { column: 'audit.id' }),
  line('owner', 'table audit', { role: 'ada' }),
  line('grants', 'column audit.at', { ada: 'select' }),
  line('grants', 'sequence log_ids', { ada: 'usage' }),
  line('comment', 'index audit_pkey', { text: 'key' }),
  line('comment', 'index by_day', { text: 'days' }),
  line('publication', 'out of audit'),
  line('child', 'audit_2026', { parent: 'audit', more: ['column x'] }),
]
const INVOICE = [
  line('table', 'invoice'),
  line('column', 'invoice.audit'),
  line('constraint', 'invoice.audit'),
  line('function', 'audit(integer)'),
  line('comment', 'table invoice', { text: 'audit' }),
  line('grants', 'function audit(integer)', { public: 'execute' }),
  line('trigger', 'invoice.notify'),
  line('policy', 'invoice.own'),
]

describe('what a project ignores', () => {
  it.each(['audit', 'table:audit', 'aud*'])('is a table with all that hangs on it: %s', (pattern) => {
    expect(counted([...AUDIT, ...INVOICE], { ignore: [pattern] })).toEqual(INVOICE)
  })

  it('may be objects of a kind, with what is said of them', () => {
    const policies = [...INVOICE, line('comment', 'policy invoice.own', { text: 'mine' })]
    const named = (ignore: string) => counted(policies, { ignore: [ignore] }).map(({ kind, name }) => `${kind} ${name}`)
    expect(named('policy:invoice.*')).toEqual(INVOICE.slice(0, -1).map(({ kind, name }) => `${kind} ${name}`))
    expect(named('trigger:*')).not.toContain('trigger invoice.notify')
    expect(named('function:audit*')).toHaveLength(policies.length - 2)
    expect(named('comment:*')).toHaveLength(policies.length - 2)
    expect(named('policy:order.*')).toHaveLength(policies.length)
  })

  it('may be what nothing describes', () => {
    const odd = [line('unsupported', 'collation mine'), line('unsupported', 'text search dictionary words')]
    expect(counted(odd, { ignore: ['collation:*'] })).toEqual(odd.slice(1))
    expect(counted(odd, { ignore: ['text_search_dictionary:w*'] })).toEqual(odd.slice(0, 1))
  })

  it('has names as people write them, in quotes or not, and no other patterns than *', () => {
    const lines = [line('table', '"Größe"'), line('column', '"Größe".a'), line('table', 'a.b'), line('table', 'axb')]
    expect(counted(lines, { ignore: ['Größe'] })).toEqual(lines.slice(2))
    expect(counted(lines, { ignore: ['"Gr*'] })).toEqual(lines.slice(2))
    expect(counted(lines, { ignore: ['a.b'] })).not.toContainEqual(line('table', 'a.b'))
    expect(counted(lines, { ignore: ['a.b'] })).toContainEqual(line('table', 'axb'))
  })
})

describe('the role that each tenant has of its own', () => {
  const of = (role: string): RecordLine[] => [
    line('owner', 'table t', { role }),
    line('grants', 'table t', { [role]: 'select', '<owner>': 'all' }),
    line('policy', 't.own', { to: [role, 'public'], using: `who = '${role}'` }),
    line('default_privileges', `${role} tables`, { [role]: 'select' }),
  ]
  const same = (text: string) => [
    line('owner', 'table t', { role: '<tenant>' }),
    line('grants', 'table t', { '<tenant>': 'select', '<owner>': 'all' }),
    line('policy', 't.own', { to: ['<tenant>', 'public'], using: `who = '${text}'` }),
    line('default_privileges', '<tenant> tables', { '<tenant>': 'select' }),
  ]

  it('is one and the same wherever it is a role, and nowhere in texts', () => {
    const tenantRole = '{namespace}_app'
    expect(counted(of('ada_app'), { tenantRole }, 'ada')).toEqual(same('ada_app'))
    expect(counted(of('"Ada_app"'), { tenantRole }, 'Ada')).toEqual(same('"Ada_app"'))
    expect(counted(of('bob_app'), { tenantRole }, 'ada')).toEqual(of('bob_app'))
    expect(counted(of('dumped_app'), { tenantRole }, 'shop_base', 'dumped')).toEqual(same('dumped_app'))
    expect(counted(of('ada_app'), {}, 'ada')).toEqual(of('ada_app'))
  })
})

describe('partitions', () => {
  it('count where a project says so', () => {
    const lines = [line('table', 't'), line('partition', 't_1', { parent: 't' })]
    expect(counted(lines, {})).toEqual(lines.slice(0, 1))
    expect(counted(lines, { partitions: 'exact' })).toEqual(lines)
  })
})
