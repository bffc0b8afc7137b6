/** Lines of what hangs on tables and domains: constraints, triggers, policies, rules, statistics. */
import { isCounted, line, listOf, role } from './sqlParts.ts'

/** Names of NOT NULL constraints tell history only: they are a fact of their column. */
const CONSTRAINTS = `SELECT ${line(
  { classid: 'pg_constraint', objid: 'k.oid' },
  {
    kind: `'constraint'`,
    name: `quote_ident(r.relname) || '.' || quote_ident(k.conname)`,
    facts: {
      definition: 'pg_get_constraintdef(k.oid, true)',
      // Printed with its parameters of storage otherwise.
      invalid_index: `CASE WHEN x.indisvalid = false THEN true END`,
      triggers: `CASE WHEN k.contype = 'f' THEN (SELECT string_agg(DISTINCT g.tgenabled::text, '') FROM pg_trigger g
        WHERE g.tgrelid = k.conrelid AND g.tgconstraint = k.oid AND g.tgenabled <> 'O') END`,
    },
  },
)} FROM rel r
  JOIN pg_constraint k ON k.conrelid = r.oid AND k.contype IN ('c', 'f', 'p', 'u', 'x')
  LEFT JOIN pg_index x ON x.indexrelid = k.conindid AND k.contype <> 'f'
 WHERE ${isCounted('k.conname')}`

const DOMAIN_CONSTRAINTS = `SELECT ${line(
  { classid: 'pg_constraint', objid: 'k.oid' },
  {
    kind: `'constraint'`,
    name: `quote_ident(t.typname) || '.' || quote_ident(k.conname)`,
    facts: { definition: 'pg_get_constraintdef(k.oid, true)' },
  },
)} FROM typ t JOIN pg_constraint k ON k.contypid = t.oid AND k.contype = 'c'`

const TRIGGERS = `SELECT ${line(
  { classid: 'pg_trigger', objid: 'g.oid' },
  {
    kind: `'trigger'`,
    name: `quote_ident(r.relname) || '.' || quote_ident(g.tgname)`,
    facts: {
      definition: 'pg_get_triggerdef(g.oid, true)',
      enabled: `CASE g.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END`,
    },
  },
)} FROM rel r JOIN pg_trigger g ON g.tgrelid = r.oid AND NOT g.tgisinternal AND g.tgparentid = 0`

const POLICIES = `SELECT ${line(
  { classid: 'pg_policy', objid: 'p.oid' },
  {
    kind: `'policy'`,
    name: `quote_ident(r.relname) || '.' || quote_ident(p.polname)`,
    facts: {
      for: `CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete' ELSE 'all' END`,
      restrictive: 'CASE WHEN NOT p.polpermissive THEN true END',
      to: listOf('x.who', `(SELECT ${role('u.id')} AS who FROM unnest(p.polroles) u(id)) x`, 'x.who COLLATE "C"'),
      using: 'pg_get_expr(p.polqual, p.polrelid, true)',
      check: 'pg_get_expr(p.polwithcheck, p.polrelid, true)',
    },
  },
)} FROM rel r JOIN pg_policy p ON p.polrelid = r.oid`

const RULES = `SELECT ${line(
  { classid: 'pg_rewrite', objid: 'e.oid' },
  {
    kind: `'rule'`,
    name: `quote_ident(r.relname) || '.' || quote_ident(e.rulename)`,
    facts: {
      definition: 'pg_get_ruledef(e.oid, true)',
      enabled: `CASE e.ev_enabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END`,
    },
  },
)} FROM rel r JOIN pg_rewrite e ON e.ev_class = r.oid AND e.rulename <> '_RETURN'`

const STATISTICS = `SELECT ${line(
  { classid: 'pg_statistic_ext', objid: 's.oid' },
  {
    kind: `'statistics'`,
    name: 'quote_ident(s.stxname)',
    rights: { owner: 's.stxowner', acl: 'NULL::aclitem[]', usual: 'NULL::"char"' },
    facts: {
      table: 's.stxrelid::regclass::text',
      columns: 'pg_get_statisticsobjdef_columns(s.oid)',
      kinds: listOf('u.one::text', 'unnest(s.stxkind) u(one)', 'u.one::text COLLATE "C"'),
    },
  },
)} FROM statistic s`

/** Over `rel`. */
export const RULE_LINES: readonly string[] = [CONSTRAINTS, TRIGGERS, POLICIES, RULES]

/** Over `typ`. */
export const DOMAIN_LINES: readonly string[] = [DOMAIN_CONSTRAINTS]

/** Over `statistic`: in the namespace, their table perhaps elsewhere. */
export const STATISTICS_LINES: readonly string[] = [STATISTICS]
