import { tier } from './tier.ts'

export const setup = tier('workflowBundlePath')
