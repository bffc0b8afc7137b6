/**
 * Removes the replay fixtures of a prefix that differ only by ids from another one of their story:
 * `npx tsx scripts/pruneHistories.ts <prefix>`. Nothing is written anew. `recordStories.ts` does the same at its end.
 */
import { pruneHistories } from './writeHistories.ts'

const [prefix] = process.argv.slice(2)
if (prefix === undefined) throw new Error('usage: tsx scripts/pruneHistories.ts <prefix>')

for (const name of await pruneHistories(prefix)) console.error(name)
