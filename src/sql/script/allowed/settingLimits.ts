/** The settings that a text may change for its own transaction, and how far. */

const SECOND = 1_000
const HOUR = 3_600 * SECOND

/** In milliseconds, and in kB. */
const TIME: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: SECOND,
  min: 60 * SECOND,
  h: HOUR,
  d: 24 * HOUR,
}
const MEMORY: Readonly<Record<string, number>> = { B: 1 / 1024, kB: 1, MB: 1024, GB: 1024 ** 2, TB: 1024 ** 3 }

interface Bounds {
  readonly units: Readonly<Record<string, number>>
  readonly least: number
  readonly most: number
  readonly said: string
}

/** Waiting for a lock makes applications wait behind it; no statement is longer than the longest build. */
const BOUNDED: Readonly<Record<string, Bounds>> = {
  lock_timeout: { units: TIME, least: 1, most: 10 * SECOND, said: '1ms to 10s' },
  statement_timeout: { units: TIME, least: 1, most: 5.5 * HOUR, said: '1ms to 330min' },
  work_mem: { units: MEMORY, least: 64, most: 1024 ** 2, said: '64kB to 1GB' },
  maintenance_work_mem: { units: MEMORY, least: 64, most: 2 * 1024 ** 2, said: '64kB to 2GB' },
}

const SETTABLE = [...Object.keys(BOUNDED), 'check_function_bodies'].join(', ')

/** Why a text may not set this, or null. `value` is undefined where the text gives none, or no constant. */
export function settingProblem(
  name: string,
  value: string | number | boolean | undefined,
  isLocal: boolean,
): string | null {
  const isSettable = name === 'check_function_bodies' || Object.hasOwn(BOUNDED, name)
  if (!isSettable) return `role, search path and other settings are those of the target: SET LOCAL may set ${SETTABLE}`
  if (!isLocal) return `it would stay in the session: write SET LOCAL ${name}`
  if (name === 'check_function_bodies') return value === undefined ? 'write on or off' : null
  const { units, least, most, said } = BOUNDED[name] as Bounds
  const amount = value === undefined ? null : amountOf(value, units)
  return amount !== null && amount >= least && amount <= most ? null : `${name} may be ${said} here`
}

/** As Postgres reads it: without a unit, milliseconds or kB. */
function amountOf(value: string | number | boolean, units: Bounds['units']): number | null {
  const [, amount, unit] = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*$/.exec(String(value)) ?? []
  const factor = unit === '' ? 1 : units[unit ?? '']
  return amount === undefined || factor === undefined ? null : Number(amount) * factor
}
