/** The file of `tenant import --ids`: what namespaces are to be called, and what they are where several revisions look alike. */
import { InputInvalid } from '../../errors.ts'

/** By namespace; absent where the file says nothing of it. */
export interface NamedInFile {
  readonly ids?: Readonly<Record<string, string>>
  readonly revisions?: Readonly<Record<string, number>>
}

/** A JSON object of ids, or CSV whose first line names its columns. Errors: `INPUT_INVALID`. */
export function parseIds(text: string): NamedInFile {
  const given = text.replace(/^\uFEFF/, '')
  return given.trimStart().startsWith('{') ? { ids: fromJson(given) } : fromCsv(given)
}

function fromJson(text: string): Readonly<Record<string, string>> {
  let ids: unknown
  try {
    ids = JSON.parse(text)
  } catch {
    throw wrong(FORMS)
  }
  if (typeof ids !== 'object' || ids === null || Array.isArray(ids)) throw wrong(FORMS)
  if (Object.values(ids).some((id) => typeof id !== 'string')) throw wrong(FORMS)
  return ids as Readonly<Record<string, string>>
}

const COLUMNS = ['namespace', 'id', 'revision'] as const

function fromCsv(text: string): NamedInFile {
  const [header = [], ...rows] = rowsOf(text)
  const names = header.map((each) => each.trim())
  if (names.length < 2 || names.some((name, at) => name !== COLUMNS[at])) throw wrong(FORMS)
  const [ids, revisions] = [new Map<string, string>(), new Map<string, number>()]
  for (const [index, row] of rows.entries()) {
    const [namespace = '', id = '', revision = ''] = row
    const line = `entry ${index + 1} of the file of ids`
    if (row.length > names.length || namespace === '') throw wrong(`A namespace is expected in ${line}, and an id.`)
    if (ids.has(namespace) || revisions.has(namespace)) throw wrong(`Namespace "${namespace}" is there twice: ${line}.`)
    if (id !== '') ids.set(namespace, id)
    if (revision === '') continue
    if (!/^\d{1,9}$/.test(revision)) throw wrong(`"${revision}" is no revision: ${line}.`)
    revisions.set(namespace, Number(revision))
  }
  return {
    ...(ids.size > 0 && { ids: Object.fromEntries(ids) }),
    ...(revisions.size > 0 && { revisions: Object.fromEntries(revisions) }),
  }
}

const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy

/** Fields between commas, in quotes where they hold one; empty lines are none. */
function rowsOf(text: string): readonly (readonly string[])[] {
  const rows: string[][] = []
  let row: string[] = []
  FIELD.lastIndex = 0
  while (FIELD.lastIndex < text.length) {
    const found = FIELD.exec(text)
    if (found === null) throw wrong(`A quote is not closed in entry ${rows.length} of the file of ids.`)
    const [, quoted, plain = '', end] = found
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end === ',' && FIELD.lastIndex < text.length) continue
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
  }
  return rows
}

const FORMS =
  'The file of ids must hold a JSON object of texts, {"<namespace>": "<tenant>"}, or CSV with the header namespace,id or namespace,id,revision.'

function wrong(message: string): InputInvalid {
  return new InputInvalid('INPUT_INVALID', message, { path: 'ids' })
}
