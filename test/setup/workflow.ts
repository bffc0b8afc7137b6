import { tier } from './tier.ts'

export const setup = tier(
  'postgresUrl',
  'catalogTemplate',
  'timeSkippingServerPath',
  'workflowBundlePath',
  'quickWorkflowBundlePath',
)
