/** The ports of the embedded stack; the servers take the next free one when a port is taken. */
import type { Environment } from '../config.ts'
import { SurroundingsMissing } from '../errors.ts'

/** The variable that sets each port, and the port without it. */
const PORTS = {
  postgres: { setting: 'SCHEMA_SAGA_POSTGRES_PORT', fallback: 54320 },
  temporal: { setting: 'SCHEMA_SAGA_TEMPORAL_PORT', fallback: 7233 },
  webUi: { setting: 'SCHEMA_SAGA_WEB_UI_PORT', fallback: 8233 },
} as const

const LOWEST = 1024
const HIGHEST = 65_535

/** The wanted port of each server. Errors: `SETTING_INVALID`. */
export function readPorts(env: Environment): Readonly<Record<keyof typeof PORTS, number>> {
  return { postgres: read(PORTS.postgres, env), temporal: read(PORTS.temporal, env), webUi: read(PORTS.webUi, env) }
}

function read(
  { setting, fallback }: { readonly setting: string; readonly fallback: number },
  env: Environment,
): number {
  const port = Number(env[setting] ?? fallback)
  if (Number.isInteger(port) && port >= LOWEST && port <= HIGHEST) return port
  throw new SurroundingsMissing('SETTING_INVALID', `${setting} must be a port from ${LOWEST} to ${HIGHEST}.`)
}
