/** The workflow types of this application; every export is one. */
export { applySchemaMutation } from './applySchemaMutation.ts'
export { applyToCohort } from './applyToCohort.ts'
export { applyToTenant } from './applyToTenant.ts'
export { catchUpTenant } from './catchUpTenant.ts'
export { importTenants } from './importTenants.ts'
export { inspectFleet } from './inspectFleet.ts'
export { manageSetAside } from './manageSetAside.ts'
export { provisionTenant } from './provisionTenant.ts'
