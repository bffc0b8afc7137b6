import { PLANS } from './plans.ts'
import { tellOneTarget } from './tellOneTarget.ts'

tellOneTarget(PLANS)
