/**
 * Tells every story of the saga on servers of its own and writes their histories as replay fixtures:
 * `npx tsx scripts/recordStories.ts <prefix> [story...]`. Takes about two minutes, and needs nothing that runs already.
 * Without stories it tells all of them, and what was recorded with that prefix before is removed.
 */
import { openStage } from './stories/stage.ts'
import { STORIES } from './stories/stories.ts'
import { pruneHistories, removeHistories, writeHistories } from './writeHistories.ts'

const [prefix, ...wanted] = process.argv.slice(2)
if (prefix === undefined) throw new Error('usage: tsx scripts/recordStories.ts <prefix> [story...]')

const stage = await openStage((line) => console.error(line))
try {
  for (const [name, tell] of Object.entries(STORIES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    await tell(stage, name)
    console.error(`told: ${name}`)
  }
  if (wanted.length === 0) await removeHistories(prefix)
  // Setting the stage is no story.
  const names = await writeHistories(stage.temporal, prefix, 'not WorkflowId starts_with "schema/replay/setup"')
  const removed = await pruneHistories(prefix)
  console.error(
    `${names.length} histories, ${removed.length} of them like another one: ${names.length - removed.length} kept`,
  )
} finally {
  await stage.close()
}
