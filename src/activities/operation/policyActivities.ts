/** Activities with which an operation leaves tenants behind, or goes on after it was held. */
import type { PolicyActivities } from '../../contract.ts'
import { countHalting } from '../../postgres/catalog/operations/haltThreshold.ts'
import { acceptTargets, goForwardAgain, recordAccepted } from '../../postgres/catalog/operations/holding.ts'
import { parkPreflightProblems, parkTenant, skipTenant } from '../../postgres/catalog/tenants/parking.ts'
import type { ActivityDependencies } from '../dependencies.ts'

/** The policy activities. */
export function createPolicyActivities({ catalog }: Pick<ActivityDependencies, 'catalog'>): PolicyActivities {
  return {
    parkTenant: (request) => parkTenant(catalog, request),
    parkPreflightProblems: ({ operationId }) => parkPreflightProblems(catalog, operationId),
    skipTenant: (request) => skipTenant(catalog, request),
    goForwardAgain: (request) => goForwardAgain(catalog, request),
    countHalting: ({ operationId }) => countHalting(catalog, operationId),
    acceptTargets: (request) => acceptTargets(catalog, request),
    recordAccepted: (request) => recordAccepted(catalog, request),
    // The embedder's hook is asked in front of it; without one everybody may.
    authorizeMessage: async () => {},
  }
}
