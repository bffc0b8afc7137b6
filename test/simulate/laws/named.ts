/** Which of the differences that an independent comparison found a drift report does not name. */
import type { DriftGroup } from '../../../src/contract.ts'

/** A line of an independent dump: what it is about, by table and name. */
const LINE = /^[-+] (?<table>\S+): (?<kind>column|constraint|index) (?<name>\S+)/

/** The lines that are about an object which the group does not name; a group that leaves some out is believed. */
export function unnamed(lines: readonly string[], group: DriftGroup): readonly string[] {
  if (group.differences_left_out > 0) return []
  const named = new Set(group.differences.map(({ object }) => object))
  const keys = new Set(lines.filter((line) => / PRIMARY KEY /.test(line)).map((line) => LINE.exec(line)?.groups?.name))
  return lines.filter((line) => {
    const names = namesOf(line, keys)
    return names.length > 0 && !names.some((name) => named.has(name))
  })
}

/** As drift may call it: by its own name, or by its table's where all of that is missing or too much. */
function namesOf(line: string, keys: ReadonlySet<string | undefined>): readonly string[] {
  const { table, kind, name } = LINE.exec(line.replaceAll('"', ''))?.groups ?? {}
  if (table === undefined) return []
  if (keys.has(LINE.exec(line)?.groups?.name)) return [table, `${table}: primary key`]
  return [table, kind === 'column' ? `${table}.${name}` : `${table}: ${name}`]
}
