/** How pg_dump gets to a server: by variables of its own environment, so that nothing of it can be seen among processes. */
import pg from 'pg'
import type { Environment } from '../../config.ts'

/** Those of ours that it may need; connection strings of servers are not among them. */
const KEPT: readonly string[] = [
  ...['PATH', 'HOME', 'TMPDIR', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'SystemRoot', 'KRB5CCNAME', 'PGPASSFILE'],
  ...['PGSSLMODE', 'PGSSLROOTCERT', 'PGSSLCERT', 'PGSSLKEY', 'PGSSLCRL', 'PGGSSENCMODE', 'PGCHANNELBINDING'],
]

/** What a connection string may say beside the place, by the variable that says it to libpq. */
const SAID: Readonly<Record<string, string>> = {
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  options: 'PGOPTIONS',
  channel_binding: 'PGCHANNELBINDING',
  gssencmode: 'PGGSSENCMODE',
}

/** The environment of a process that is to connect as the worker does. */
export function dumpEnvironment(connectionString: string, ours: Environment): Record<string, string> {
  // The driver's own reading of the text; it connects to nothing.
  const { host, port, user, database, password } = new pg.Client({ connectionString })
  const parts = { PGHOST: host, PGPORT: String(port), PGUSER: user, PGDATABASE: database, PGPASSWORD: password }
  const kept = Object.fromEntries(KEPT.map((name) => [name, ours[name]]))
  const all = { ...kept, ...saidIn(connectionString), ...parts, LC_ALL: 'C', PGAPPNAME: 'schema-saga/dump', ...QUICK }
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== ''),
  )
}

const QUICK = { PGCONNECT_TIMEOUT: '10' }

function saidIn(connectionString: string): Readonly<Record<string, string>> {
  if (!URL.canParse(connectionString)) return {}
  const { searchParams } = new URL(connectionString)
  const said = Object.entries(SAID).flatMap(([name, variable]) => {
    const value = searchParams.get(name)
    return value === null ? [] : [[variable, value === 'no-verify' ? 'require' : value]]
  })
  const isTls = ['true', '1'].includes(searchParams.get('ssl') ?? '')
  return { ...(isTls && { PGSSLMODE: 'require' }), ...Object.fromEntries(said) }
}

const MOST_WORDS = 300

/** The errors among what pg_dump has told, without the place and the login that it was given. */
export function dumpWords(told: string, environment: Readonly<Record<string, string>>): string {
  const errors = told.split('\n').filter((line) => /\b(error|fatal)\b/i.test(line))
  const secrets = ['PGHOST', 'PGPASSWORD', 'PGUSER', 'PGDATABASE'].flatMap((name) => environment[name] ?? [])
  const plain = errors
    .map((line) => line.replace(/^.*?pg_dump: (error: )?/, '').replace(/connection to server (at|on) .*? failed: /, ''))
    .join('; ')
  const words = secrets
    .filter((secret) => secret.length > 2)
    .reduce((text, secret) => text.replaceAll(secret, '...'), plain)
  return words.length > MOST_WORDS ? `${words.slice(0, MOST_WORDS)}...` : words
}
