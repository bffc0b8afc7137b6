/** All kinds of steps by name: a new one is one entry here. */
import { byName } from '../byName.ts'
import * as sql from '../sql/steps.ts'
import * as controls from './controls.ts'
import * as fleet from './fleet.ts'
import * as histories from './histories.ts'
import type { StepKind } from './kind.ts'
import * as messages from './messages.ts'
import * as mutations from './mutations.ts'
import * as tenants from './tenants.ts'

export type { StepKind } from './kind.ts'

/** The table of steps. */
export const STEP_KINDS: Readonly<Record<string, StepKind>> = byName({
  ...mutations,
  ...controls,
  ...tenants,
  ...fleet,
  ...messages,
  ...histories,
  ...sql,
})
