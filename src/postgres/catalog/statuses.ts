/** What queries of the ledger say of operations, in one place. */
import { FINAL_STATUSES } from '../../contract.ts'

/** The statuses of operations that have ended, as a list in SQL. */
export const FINAL = `(${FINAL_STATUSES.map((status) => `'${status}'`).join(', ')})`

/** What has not been heard of for so long may have no run any more. */
export const SILENCE = `interval '2 minutes'`
