/** `npm run simulate`: searches stories of seeds for one that breaks a law, or tells one story again. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { DefaultLogger, Runtime } from '@temporalio/worker'
import { findTimeSkippingServer } from '../../src/dev/servers/timeSkippingServer.ts'
import { bundleWorkflows } from '../fixtures/workflowBundles.ts'
import { startApplication } from './application/application.ts'
import { checkLaws } from './laws/index.ts'
import { createTally, lineOf, textOf } from './report.ts'
import type { Stage } from './runStory.ts'
import { type SeedResult, search, tryStory } from './search.ts'
import type { Story } from './types.ts'
import { createLanes } from './world/lanes.ts'
import { FULL_SIZE, type Size } from './world/plan.ts'
import { startSurroundings } from './world/surroundings.ts'

/** Where the stories of violations are written. */
const FOUND = '.simulate'

const HELP = `npm run simulate -- [--seeds 200] [--from 1] [--seed N] [--story FILE] [--minutes M] [--lanes 2] [--shrink SECONDS]

  --seeds N     so many seeds, from --from on (200)
  --from N      the first of them (1)
  --seed N      this one only, as it is; several with commas between them
  --story FILE  a story that was written before, as --seed
  --minutes M   begin no new seed after so many minutes
  --lanes N     stories told at once (2)
  --shrink S    make the story of an unknown violation smaller for at most so many seconds (60)
  --of KIND     only worlds whose projects are described so: models, or sql (every fifth seed)
  --first       begin no new seed once a law was broken in an unknown way
  --trace       print everything as it happens`

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    story: { type: 'string' },
    minutes: { type: 'string' },
    lanes: { type: 'string', default: '2' },
    shrink: { type: 'string' },
    of: { type: 'string' },
    first: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const say = (line: string): void => console.log(line)

if (values.help) say(HELP)
else process.exitCode = (await main()) ? 0 : 1

/** False when a law was broken in an unknown way. */
async function main(): Promise<boolean> {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { console: {}, filter: 'OFF' } },
  })
  const folder = await mkdtemp(join(tmpdir(), 'schema-saga-simulate-'))
  const surroundings = await startSurroundings({
    timeSkippingServerPath: await findTimeSkippingServer({ log: say }),
    workflowBundlePath: await bundleWorkflows(folder),
    log: say,
    ...(values.trace && { trace: say }),
  })
  const lanes = createLanes(surroundings)
  try {
    return await searchOn({ surroundings, lanes, startApplication, checkLaws })
  } finally {
    await lanes.stop()
    await surroundings.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function searchOn(stage: Stage): Promise<boolean> {
  const tally = createTally()
  const heard = async (result: SeedResult): Promise<void> => {
    tally.add(result)
    say(lineOf(result))
    if (result.known.includes(null)) say(textOf(result, await written(result)))
  }
  const size = { ...FULL_SIZE, ...ofKind(values.of) }
  if (values.story !== undefined) {
    const story = JSON.parse(await readFile(values.story, 'utf8')) as Story
    const result = await tryStory(stage, story, shrinkMs(0))
    await heard(result)
    if (!result.known.includes(null)) say(result.told.lines.join('\n'))
  } else {
    await search(stage, {
      seeds: chosenSeeds(() => values.first && tally.anyUnknown()),
      size,
      heard,
      lanes: Number(values.lanes),
      until: values.minutes === undefined ? Number.POSITIVE_INFINITY : Date.now() + Number(values.minutes) * 60_000,
      shrinkMs: shrinkMs(values.seed === undefined ? 60 : 0),
    })
  }
  say(tally.summary())
  return !tally.anyUnknown()
}

function ofKind(of: string | undefined): Pick<Size, 'of'> {
  if (of === undefined) return {}
  if (of === 'models' || of === 'sql') return { of }
  throw new Error('--of is models or sql.')
}

function shrinkMs(byDefault: number): number {
  return Number(values.shrink ?? byDefault) * 1_000
}

async function written({ seed, story }: SeedResult): Promise<string> {
  await mkdir(FOUND, { recursive: true })
  const path = join(FOUND, `seed-${seed}.json`)
  await writeFile(path, `${JSON.stringify(story, null, 1)}\n`)
  return path
}

function* chosenSeeds(isOver: () => boolean): Generator<number> {
  const { from, seeds, seed } = values
  const all =
    seed === undefined
      ? Array.from({ length: Number(seeds) }, (_, index) => Number(from) + index)
      : seed.split(',').map(Number)
  for (const each of all) {
    if (isOver()) return
    yield each
  }
}
