/** The file of `tenant import --ids`: what namespaces are to be called, and what they are where several revisions look alike. */
import { InputInvalid } from '../../errors.ts'
import { readCsv, wrongLine } from './csv.ts'

/** By namespace; absent where the file says nothing of it. */
export interface NamedInFile {
  readonly ids?: Readonly<Record<string, string>>
  readonly revisions?: Readonly<Record<string, number>>
}

/** A JSON object of ids, or CSV whose first line names its columns. Errors: `INPUT_INVALID`. */
export async function parseIds(text: string): Promise<NamedInFile> {
  const given = text.replace(/^\uFEFF/, '')
  return /^\s*[[{]/.test(given) ? { ids: fromJson(given) } : await fromCsv(given)
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

const FORM = { columns: ['namespace', 'id', 'revision'], needed: 'namespace', path: 'ids' } as const

async function fromCsv(text: string): Promise<NamedInFile> {
  const [ids, revisions] = [new Map<string, string>(), new Map<string, number>()]
  for (const { values, line } of await readCsv(text, FORM)) {
    const { namespace, id, revision } = values
    if (namespace === '') throw wrongLine(FORM, line, 'It names no namespace.')
    if (ids.has(namespace) || revisions.has(namespace)) {
      throw wrongLine(FORM, line, `Namespace "${namespace}" is there twice.`)
    }
    if (id !== '') ids.set(namespace, id)
    if (revision === '') continue
    if (!/^\d{1,9}$/.test(revision)) throw wrongLine(FORM, line, `"${revision}" is no revision.`)
    revisions.set(namespace, Number(revision))
  }
  return {
    ...(ids.size > 0 && { ids: Object.fromEntries(ids) }),
    ...(revisions.size > 0 && { revisions: Object.fromEntries(revisions) }),
  }
}

const FORMS =
  'The file of ids must hold a JSON object of texts, {"<namespace>": "<tenant>"}, or CSV with the header namespace,id or namespace,id,revision.'

function wrong(message: string): InputInvalid {
  return new InputInvalid('INPUT_INVALID', message, { path: 'ids' })
}
