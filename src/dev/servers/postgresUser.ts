/** Postgres refuses to run as root: the unprivileged account it runs as then, and the folders that account can reach. */
import { execFileSync, spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { SurroundingsMissing } from '../../errors.ts'
import type { SystemUser } from './tiedProcess.ts'

/** Where root keeps what the unprivileged account must reach; unlike /var/tmp it is not cleaned of old files. */
export const SHARED_FOLDER = '/var/lib/schema-saga'

/** The account for Postgres, or null when we are not root and simply use our own. Errors: `SERVER_UNAVAILABLE`. */
export function postgresUser(): SystemUser | null {
  if (process.getuid?.() !== 0) return null
  const user = lookUp('postgres') ?? lookUp('nobody')
  if (user !== null) return user
  throw new SurroundingsMissing(
    'SERVER_UNAVAILABLE',
    'Postgres cannot run as root, and this machine has neither a user `postgres` nor `nobody`: run as another user.',
  )
}

/** The account that owns a cluster made earlier: it stays, even if a better one has appeared since. */
export function ownerOf(folder: string): SystemUser | null {
  if (process.getuid?.() !== 0) return null
  const { uid, gid } = statSync(folder)
  return { uid, gid }
}

/** Whether the account can enter the folder: below a private home directory it cannot. */
export function canReach(folder: string, user: SystemUser | null): boolean {
  if (user === null) return true
  return spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', folder], { ...user, cwd: '/' }).status === 0
}

function lookUp(name: string): SystemUser | null {
  try {
    const id = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }))
    return { uid: id('-u'), gid: id('-g') }
  } catch (error) {
    // `id` answers with an exit code when there is no such user; anything else is not ours to interpret.
    if (typeof (error as { status?: unknown }).status === 'number') return null
    throw error
  }
}
