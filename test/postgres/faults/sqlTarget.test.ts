import { SQL_PLANS } from './sqlPlans.ts'
import { tellOneTarget } from './tellOneTarget.ts'

tellOneTarget(SQL_PLANS, {
  // What counts statements writes to another namespace, for which people's own SQL is rolled back.
  prepare: ({ client }) => client.query('drop event trigger see_statement'),
  // Whose rows they are is asked again where others have written meanwhile.
  varies: true,
})
