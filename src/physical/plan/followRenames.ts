/** A rule that comes back follows the names that its table, column and parts get meanwhile. */
import type { Change } from '../changes/index.ts'

type Rename = (name: string) => string

/** The rule under its new names; nothing when what it is on goes. */
export function follow(rule: Change, change: Change): readonly Change[] {
  const table = tableOf(rule)
  switch (change.kind) {
    case 'dropTable':
    case 'setAsideTable':
      return change.table.name === table ? [] : [rule]
    case 'dropColumn':
    case 'setAsideColumn':
      return change.table === table && columnsOf(rule).includes(change.column.name) ? [] : [rule]
    case 'renameTable':
      return [inTable(rule, (name) => (name === change.from ? change.to : name))]
    case 'renameColumn':
      return [change.table === table ? inColumn(rule, (name) => (name === change.from ? change.to : name)) : rule]
    case 'renameConstraint':
    case 'renameIndex':
      return [change.table === table ? named(rule, (name) => (name === change.from ? change.to : name)) : rule]
    default:
      return [rule]
  }
}

/** A rule that is not there yet, and what a change does that is about nothing but it; the same rule when it is not. */
export function settled(rule: Change, change: Change): readonly Change[] {
  if (tableOf(rule) !== tableOf(change)) return [rule]
  const name = nameOf(rule)
  switch (change.kind) {
    case 'renameConstraint':
      return [rule.kind !== 'createIndex' && name === change.from ? named(rule, () => change.to) : rule]
    case 'renameIndex':
      return [rule.kind === 'createIndex' && name === change.from ? named(rule, () => change.to) : rule]
    case 'dropForeignKey':
      return rule.kind === 'addForeignKey' && name === change.key.name ? [] : [rule]
    case 'dropUnique':
      return rule.kind === 'addUnique' && name === change.key.name ? [] : [rule]
    case 'dropCheck':
      return rule.kind === 'addCheck' && name === change.check.name ? [] : [rule]
    case 'dropIndex':
      return rule.kind === 'createIndex' && name === change.index.name ? [] : [rule]
    default:
      return [rule]
  }
}

function nameOf(rule: Change): string | null {
  switch (rule.kind) {
    case 'addForeignKey':
    case 'addUnique':
      return rule.key.name
    case 'addCheck':
      return rule.check.name
    case 'createIndex':
      return rule.index.name
    default:
      return null
  }
}

function tableOf(rule: Change): string | null {
  return 'table' in rule && typeof rule.table === 'string' ? rule.table : null
}

function columnsOf(rule: Change): readonly string[] {
  if ('key' in rule) return rule.key.columns
  if (rule.kind === 'createIndex') return rule.index.columns
  if (rule.kind === 'addCheck') return 'column' in rule.check ? [rule.check.column] : []
  return 'column' in rule && typeof rule.column === 'string' ? [rule.column] : []
}

function inTable(rule: Change, rename: Rename): Change {
  const table = tableOf(rule)
  if (table === null) return rule
  const next = { ...rule, table: rename(table) } as Change
  return next.kind === 'addForeignKey' ? { ...next, key: { ...next.key, table: rename(next.key.table) } } : next
}

function inColumn(rule: Change, rename: Rename): Change {
  switch (rule.kind) {
    case 'addForeignKey':
      return { ...rule, key: { ...rule.key, columns: rule.key.columns.map(rename) } }
    case 'addUnique':
      return { ...rule, key: { ...rule.key, columns: rule.key.columns.map(rename) } }
    case 'createIndex':
      return { ...rule, index: { ...rule.index, columns: rule.index.columns.map(rename) } }
    case 'addCheck':
      return 'column' in rule.check ? { ...rule, check: { ...rule.check, column: rename(rule.check.column) } } : rule
    case 'setNotNull':
    case 'emptyFilled':
    case 'fillNulls':
      return { ...rule, column: rename(rule.column) }
    default:
      return rule
  }
}

function named(rule: Change, rename: Rename): Change {
  switch (rule.kind) {
    case 'addForeignKey':
      return { ...rule, key: { ...rule.key, name: rename(rule.key.name) } }
    case 'addUnique':
      return { ...rule, key: { ...rule.key, name: rename(rule.key.name) } }
    case 'createIndex':
      return { ...rule, index: { ...rule.index, name: rename(rule.index.name) } }
    case 'addCheck':
      return { ...rule, check: { ...rule.check, name: rename(rule.check.name) } }
    default:
      return rule
  }
}
