/** Ids that people give. */
import { Malformed, text } from '../../contract/parse.ts'
import { LONGEST } from '../../contract/requests.ts'
import { InputInvalid } from '../../errors.ts'

const ID = /^[a-z0-9][a-z0-9_-]{0,39}$/

/** Refuses an id of a project, tenant or server that is not 1 to 40 of `a-z0-9_-`, beginning with a letter or digit. */
export function checkId(kind: 'project' | 'tenant' | 'server', id: string, path: string = kind): void {
  if (ID.test(id)) return
  throw new InputInvalid(
    'INPUT_INVALID',
    `A ${kind} id has 1 to 40 characters of a-z, 0-9, _ and -, and does not begin with _ or -.`,
    {
      path,
    },
  )
}

/** Refuses a namespace that Postgres would cut or reserves. */
export function checkNamespace(namespace: string, path = 'namespace'): void {
  const bytes = Buffer.byteLength(namespace)
  const reserved = /^(pg_|schema_saga)/.test(namespace) || namespace === 'information_schema'
  if (bytes > 0 && bytes <= 63 && !reserved && !/[\0\p{Surrogate}]/u.test(namespace)) return
  throw new InputInvalid(
    'INPUT_INVALID',
    'A namespace has 1 to 63 bytes, and is none of those of Postgres or of schema-saga.',
    {
      path,
    },
  )
}

/** Refuses what a person says of himself or of his reasons when no column can hold it, or nobody would read it. */
export function checkTexts(texts: { readonly actor: string; readonly reason?: string | null }): void {
  check('actor', texts.actor, LONGEST.actor)
  if (texts.reason !== undefined && texts.reason !== null) check('reason', texts.reason, LONGEST.note)
}

function check(path: string, value: string, most: number): void {
  try {
    text(most)(value, path)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    throw new InputInvalid('INPUT_INVALID', error.message, { path })
  }
}
