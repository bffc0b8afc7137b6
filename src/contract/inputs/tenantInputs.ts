/** What the workflows that make tenants, bring them back or take them over may be started with. */

import { flag, input, list, Malformed, object, oneOf, optional, type Parser, record, text } from '../parse.ts'
import { LONGEST } from '../requests.ts'
import type { ProvisionInput } from '../targets.ts'
import type { CatchUpBaseInput, CatchUpInput } from '../tenants/catchingUp.ts'
import type { ImportInput } from '../tenants/importing.ts'
import {
  type CatchUpTenantsInput,
  type CatchUpTenantsSoFar,
  MOST_IN_BATCH,
  type ProvisionTenantsInput,
  type WantedTenant,
} from '../tenants/manyTenants.ts'
import { actor, count, id, name, project } from './parts.ts'

/** Namespaces that an import names one by one, and patterns of those that it leaves out. */
const MOST_NAMED = 20_000
const MOST_PATTERNS = 100
/** A moment, as Postgres writes it. */
const LONGEST_MOMENT = 100

/** What LIKE takes: a backslash is always followed by what it escapes. */
const pattern: Parser<string> = (value, path) => {
  const like = name(value, path)
  if (/^(?:[^\\]|\\.)*$/su.test(like)) return like
  throw new Malformed(path, 'a pattern of LIKE that does not end in a single \\ is')
}

export const parseProvision: Parser<ProvisionInput> = input<ProvisionInput>({
  ...project,
  scope: text(LONGEST.id),
  server: id,
  namespace: name,
  actor: text(LONGEST.actor),
})

/** Where a new tenant is to be. */
const wanted: Parser<WantedTenant> = input<WantedTenant>({ id, server: id, namespace: name })

export const parseProvisionTenants: Parser<ProvisionTenantsInput> = input<ProvisionTenantsInput>({
  ...project,
  actor: text(LONGEST.actor),
  tenants: list(wanted, MOST_IN_BATCH, 1),
})

export const parseCatchUp: Parser<CatchUpInput> = input<CatchUpInput>({
  ...project,
  tenant: id,
  actor,
  from: optional(oneOf(['parked', 'suspended'])),
  onlyCause: optional(oneOf(['failure', 'operator', 'accepted'])),
  at: optional(count(0)),
  since: optional(text(LONGEST_MOMENT, 1)),
})

export const parseCatchUpTenants: Parser<CatchUpTenantsInput> = input<CatchUpTenantsInput>({
  ...project,
  actor,
  tenants: optional(list(id, MOST_IN_BATCH, 1)),
  soFar: optional(object<CatchUpTenantsSoFar>()),
})

export const parseCatchUpBase: Parser<CatchUpBaseInput> = input<CatchUpBaseInput>({
  ...project,
  actor,
  at: optional(count(0)),
})

export const parseImport: Parser<ImportInput> = input<ImportInput>({
  ...project,
  server: id,
  like: pattern,
  except: optional(list(pattern, MOST_PATTERNS)),
  ids: optional(record(id, MOST_NAMED)),
  baseline: optional(name),
  takeOver: optional(name),
  revisions: optional(record(count(0), MOST_NAMED)),
  among: optional(oneOf(['newest', 'oldest'])),
  asTheyAre: optional(flag()),
  dryRun: optional(flag()),
  actor: text(LONGEST.actor),
})
