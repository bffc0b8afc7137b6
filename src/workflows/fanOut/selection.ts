/** Which tenants each kind of a cohort's work is about. */
import type { CohortWork, TenantSelection } from '../../contract.ts'

export const SELECTS: Readonly<Record<CohortWork, TenantSelection>> = {
  forward: 'behind',
  compensate: 'started',
  park: 'failed',
}
