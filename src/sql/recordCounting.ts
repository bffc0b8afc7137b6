/** What of a record counts: a record holds everything, and settings of its project say what may differ. Pure. */
import { withoutIgnoredLines } from './ignoredLines.ts'
import { unquoted } from './lineNames.ts'
import type { NamespaceRecord, RecordLine } from './record.ts'

/** What a project says of how its tenants may differ. */
export interface Counting {
  /** The role that each tenant has of its own, with `{namespace}` in it; null when there is none. */
  readonly tenantRole: string | null
  /** Whether the set of partitions counts. */
  readonly partitions: 'any' | 'exact'
  /** Globs over tables, or `kind:glob`. */
  readonly ignore: readonly string[]
}

/** What stands for the role of a tenant. */
const TENANT = '<tenant>'

/** The record as it is compared. `namespaces`: of a base also the one that it was dumped from, whose role it may still name. */
export function countedRecord<Lines extends Pick<NamespaceRecord, 'lines'>>(
  record: Lines,
  namespaces: readonly string[],
  counting: Counting,
): Lines {
  const { tenantRole, partitions, ignore } = counting
  const lines = record.lines.filter(
    (line) => !isOfItself(line) && (partitions === 'exact' || line.kind !== 'partition'),
  )
  const kept = withoutIgnoredLines(lines, ignore)
  if (tenantRole === null) return { ...record, lines: kept }
  const roles = new Set(namespaces.map((namespace) => tenantRole.replaceAll('{namespace}', namespace)))
  return {
    ...record,
    lines: kept.map((line) => withTenant(line, (role) => (roles.has(unquoted(role)) ? TENANT : role))),
  }
}

/** The comment on a namespace says whose it is. */
function isOfItself({ kind, name }: RecordLine): boolean {
  return kind === 'comment' && name === 'namespace <namespace>'
}

function withTenant(line: RecordLine, put: (role: string) => string): RecordLine {
  const { kind, name, facts } = line
  const byRole = () => Object.fromEntries(Object.entries(facts).map(([role, rights]) => [put(role), rights]))
  if (kind === 'owner') return { ...line, facts: { ...facts, role: put(String(facts.role)) } }
  if (kind === 'grants') return { ...line, facts: byRole() }
  if (kind === 'default_privileges') {
    const at = name.lastIndexOf(' ')
    return { kind, name: `${put(name.slice(0, at))}${name.slice(at)}`, facts: byRole() }
  }
  if (kind !== 'policy' || !Array.isArray(facts.to)) return line
  return { ...line, facts: { ...facts, to: facts.to.map((role) => put(String(role))).sort() } }
}
