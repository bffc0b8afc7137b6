/** A rule that comes back follows the names that its table, column and parts get meanwhile. */
import { type Change, kindOf } from '../changes/index.ts'
import type { Rule } from '../changes/undone.ts'
import { type Bearer, type Renaming, renamed } from '../naming.ts'

/** The rule under its new names; nothing when what it is on goes. */
export function follow(rule: Rule, change: Change): readonly Rule[] {
  const { tables, columns, parts } = kindOf(change).names(change)
  const here = columns.filter(({ table }) => table === rule.table)
  const isGone =
    tables.some(({ from, to }) => from === rule.table && to === null) ||
    here.some(({ from, to }) => from !== null && to === null && columnsOf(rule).includes(from))
  if (isGone) return []
  const named = parts.filter(({ table }) => table === rule.table).reduce(withName, rule)
  return [tables.reduce(inTable, here.reduce(onColumn, named))]
}

/** A rule that is not there yet, and what a change does that is about nothing but it; the same rule when it is not. */
export function settled(rule: Rule, change: Change): readonly Rule[] {
  const about = kindOf(change).about(change)
  if (about === null || about.table !== rule.table || about.from !== nameOf(rule)) return [rule]
  if (!BEARERS[rule.kind].includes(about.of)) return [rule]
  return about.to === null ? [] : [withName(rule, about)]
}

/** What may be said to bear the name of a rule. */
const BEARERS: Readonly<Record<Rule['kind'], readonly Bearer[]>> = {
  addForeignKey: ['foreignKey', 'constraint'],
  addUnique: ['unique', 'constraint'],
  addCheck: ['check', 'constraint'],
  createIndex: ['index'],
  setNotNull: [],
  emptyFilled: [],
  fillNulls: [],
}

function nameOf(rule: Rule): string | null {
  switch (rule.kind) {
    case 'addForeignKey':
    case 'addUnique':
      return rule.key.name
    case 'addCheck':
      return rule.check.name
    case 'createIndex':
      return rule.index.name
    case 'setNotNull':
    case 'emptyFilled':
    case 'fillNulls':
      return null
  }
}

function columnsOf(rule: Rule): readonly string[] {
  switch (rule.kind) {
    case 'addForeignKey':
    case 'addUnique':
      return rule.key.columns
    case 'addCheck':
      return 'column' in rule.check ? [rule.check.column] : []
    case 'createIndex':
      return rule.index.columns
    case 'setNotNull':
    case 'emptyFilled':
    case 'fillNulls':
      return [rule.column]
  }
}

function inTable(rule: Rule, to: Renaming): Rule {
  const next = { ...rule, table: renamed(rule.table, to) }
  switch (next.kind) {
    case 'addForeignKey':
      return { ...next, key: { ...next.key, table: renamed(next.key.table, to) } }
    case 'addUnique':
    case 'addCheck':
    case 'createIndex':
    case 'setNotNull':
    case 'emptyFilled':
    case 'fillNulls':
      return next
  }
}

function onColumn(rule: Rule, to: Renaming): Rule {
  const rename = (name: string): string => renamed(name, to)
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
  }
}

function withName(rule: Rule, to: Renaming): Rule {
  switch (rule.kind) {
    case 'addForeignKey':
      return { ...rule, key: { ...rule.key, name: renamed(rule.key.name, to) } }
    case 'addUnique':
      return { ...rule, key: { ...rule.key, name: renamed(rule.key.name, to) } }
    case 'createIndex':
      return { ...rule, index: { ...rule.index, name: renamed(rule.index.name, to) } }
    case 'addCheck':
      return { ...rule, check: { ...rule.check, name: renamed(rule.check.name, to) } }
    case 'setNotNull':
    case 'emptyFilled':
    case 'fillNulls':
      return rule
  }
}
