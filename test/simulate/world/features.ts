/** What can be peculiar about a tenant: one entry for each, so that a new one is one entry more. */
import fc from 'fast-check'
import { byName } from '../byName.ts'
import type { Feature } from './feature.ts'
import * as oddTables from './oddTables.ts'
import * as policies from './policies.ts'
import { auditTrigger, namingTrigger, raisingTrigger } from './triggers.ts'

/** All peculiarities by name. */
export const FEATURES: Readonly<Record<string, Feature>> = byName<Feature>({
  ...policies,
  ...oddTables,
  ...{ auditTrigger, namingTrigger, raisingTrigger },
})

/** The names of a tenant's features: none, as a rule. */
export const arbitraryFeatures: fc.Arbitrary<readonly string[]> = fc
  .tuple(
    ...Object.entries(FEATURES).map(([name, { share }]) =>
      fc.integer({ min: 0, max: 99 }).map((drawn) => (drawn < share ? [name] : [])),
    ),
  )
  .map((names) => names.flat())
