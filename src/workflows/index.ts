/** The workflow types of this application; every export is one. */

export { applyToCohort } from './fanOut/applyToCohort.ts'
export { applyToTenant } from './fanOut/applyToTenant.ts'
export { catchUpBase } from './fleet/catchUpBase.ts'
export { catchUpTenant } from './fleet/catchUpTenant.ts'
export { importTenants } from './fleet/importTenants.ts'
export { inspectFleet } from './fleet/inspectFleet.ts'
export { manageSetAside } from './fleet/manageSetAside.ts'
export { markReleases } from './fleet/markReleases.ts'
export { provisionTenant } from './fleet/provisionTenant.ts'
export { reconcileFleet } from './fleet/reconcileFleet.ts'
export { repairDrift } from './fleet/repairDrift.ts'
export { applySchemaMutation } from './operation/applySchemaMutation.ts'
