/** All states, in the order in which they are told. */
import { ASIDES } from './asides.ts'
import { STAGES } from './stages.ts'
import { STATUSES } from './statuses.ts'
import type { Stories } from './story.ts'
import { TENANTS_ASIDE } from './tenantsAside.ts'
import { WAITING } from './waiting.ts'

export const STORIES: Stories = { ...STATUSES, ...TENANTS_ASIDE, ...WAITING, ...STAGES, ...ASIDES }
