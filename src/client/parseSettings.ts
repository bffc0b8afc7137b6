/** Settings of a project as people write them: `hold_before_purge=7d max_parked=5%`. */
import { z } from 'zod'
import { OUTCOME_POLICIES, type ProjectSettings } from '../contract.ts'
import { InputInvalid } from '../errors.ts'

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const LONGEST_MS = 3_650 * 86_400_000

/** `60s`, `5m`, `12h`, `7d` or `500ms`, in ms; a bare number would leave the unit to guesses. */
const duration = z
  .string()
  .regex(/^\d+(ms|s|m|h|d)$/, 'a duration such as 60s, 12h or 7d is expected')
  .transform((text) => Number.parseInt(text, 10) * (UNIT_MS[text.replace(/^\d+/, '')] ?? 1))
  .refine((ms) => ms <= LONGEST_MS, 'at most 3650d is possible')

const count = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, 'a whole number is expected')
    .transform(Number)
    .refine((value) => value >= least && value <= most, `a whole number from ${least} to ${most} is expected`)

const tenantsOrShare = z
  .string()
  .regex(/^(\d{1,7}|\d{1,2}(\.\d+)?%|100%)$/, 'a number of tenants or a share such as 5% is expected')
  .transform((text) => (text.endsWith('%') ? text : Number(text)))

const list = z
  .string()
  .transform((text) => text.split(',').map((each) => each.trim()))
  .transform((names) => names.filter((name) => name !== ''))

const choice = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, `one of ${values.join(', ')} is expected`)

const PARSERS = {
  on_tenant_failure: choice(OUTCOME_POLICIES),
  max_parked: tenantsOrShare,
  sweep_threshold: count(0, 1_000_000),
  cache_alarm_after_ms: duration,
  hold_before_purge_ms: duration,
  retention_ms: duration,
  auto_repair: choice(['off', 'additive']),
  auto_repair_attempts: count(0, 1_000),
  ignore: list,
  raised_messages: choice(['catalog', 'history']),
  max_replica_lag_ms: z.union(
    [z.literal('off').transform(() => null), duration],
    'off, or a duration such as 10s, is expected',
  ),
  tenants_from: choice(['catalog', 'hook']),
  tenant_role: z.union(
    [
      z.literal('none').transform(() => null),
      z
        .string()
        .regex(/\{namespace\}/)
        .max(200),
    ],
    'none, or a name with {namespace} in it is expected',
  ),
  partitions: choice(['any', 'exact']),
  seed: list,
  shared_namespaces: list,
  shared_rows: list,
  set_aside_drops: choice(['on', 'off']),
} satisfies { readonly [Key in keyof ProjectSettings]: z.ZodType<ProjectSettings[Key]> }

/**
 * Parses `key=value` texts; the `_ms` of a duration's key may be left out, `ignore`, `seed`, `shared_namespaces` and `shared_rows` take names between commas.
 * Errors: `INPUT_INVALID` in one sentence, with the key as path.
 */
export function parseSettings(given: readonly string[]): Partial<ProjectSettings> {
  if (given.length === 0) throw invalid('settings', 'Give at least one key=value.')
  const settings = new Map<string, unknown>()
  for (const text of given) {
    const at = text.indexOf('=')
    if (at < 1) throw invalid(text, `"${text}" is not of the form key=value.`)
    const key = keyOf(text.slice(0, at).trim())
    if (settings.has(key)) throw invalid(key, `${key} is given twice.`)
    const parsed = PARSERS[key].safeParse(text.slice(at + 1).trim())
    if (!parsed.success) throw invalid(key, `${key}: ${parsed.error.issues[0]?.message ?? 'invalid'}.`)
    settings.set(key, parsed.data)
  }
  return Object.fromEntries(settings)
}

function keyOf(name: string): keyof ProjectSettings {
  const key = [name, `${name}_ms`].find((each): each is keyof typeof PARSERS => Object.hasOwn(PARSERS, each))
  if (key !== undefined) return key
  throw invalid(name, `"${name}" is no setting: there are ${Object.keys(PARSERS).join(', ')}.`)
}

function invalid(path: string, message: string): InputInvalid {
  return new InputInvalid('INPUT_INVALID', message, { path })
}
