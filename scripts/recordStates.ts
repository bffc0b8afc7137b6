/**
 * Brings a fleet into every intermediate state there is and writes its databases down as fixtures of upgrades:
 * `npx tsx scripts/recordStates.ts <folder> <superuser's URL> [state...]`, for example into `test/upgrade/v0.4`. The
 * Postgres of that URL must be one that the `pg_dump` of the PATH can dump (the embedded one has none), of major 15 or
 * later; databases `states_*` on it are removed. Without states it tells all of them, and takes some minutes.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pMap from 'p-map'
import { dumpBookkeeping, dumpCatalogStructure } from './states/dump.ts'
import { type PreparedGround, prepareGround } from './states/ground.ts'
import { STORIES } from './states/stories/index.ts'
import { openWorld } from './states/world.ts'
import { writeState } from './states/writeState.ts'

const AT_ONCE = 3

const [folder, url, ...wanted] = process.argv.slice(2)
if (folder === undefined || url === undefined) {
  throw new Error("usage: tsx scripts/recordStates.ts <folder> <superuser's URL> [state...]")
}

const ground = await prepareGround(url, (line) => console.error(line))
try {
  if (wanted.length === 0) await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const { catalog, alpha } = ground.original
  await writeFile(join(folder, 'catalog.sql'), await dumpCatalogStructure(ground.url(catalog)))
  await writeFile(join(folder, 'bookkeeping.sql'), await dumpBookkeeping(ground.url(alpha)))
  const states = Object.keys(STORIES).filter((state) => wanted.length === 0 || wanted.includes(state))
  const failed: string[] = []
  await pMap(
    states,
    async (state) => {
      try {
        await record(ground, join(folder, state), state)
        console.error(`recorded: ${state}`)
      } catch (error) {
        failed.push(state)
        console.error(`not recorded: ${state}:`, error)
      }
    },
    { concurrency: AT_ONCE },
  )
  console.error(
    `${states.length - failed.length} states${failed.length > 0 ? `; not recorded: ${failed.join(', ')}` : ''}`,
  )
  if (failed.length > 0) process.exitCode = 1
} finally {
  await ground.close()
}

async function record(from: PreparedGround, into: string, state: string): Promise<void> {
  const story = STORIES[state]
  if (story === undefined) throw new Error(`There is no state ${state}.`)
  const databases = await from.copy(state)
  const world = await openWorld(from, databases)
  try {
    await story.tell(world)
  } finally {
    await world.kill()
    await world.close()
  }
  await writeState(from, databases, { into, state, story })
}
