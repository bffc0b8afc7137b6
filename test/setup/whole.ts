import { tier } from './tier.ts'

export const setup = tier(
  'postgresUrl',
  'catalogTemplate',
  'temporalAddress',
  'temporalCliPath',
  'timeSkippingServerPath',
  'workflowBundlePath',
  'quickWorkflowBundlePath',
  'programFolder',
)
