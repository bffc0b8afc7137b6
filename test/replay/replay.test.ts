import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js'
import { Worker } from '@temporalio/worker'
import { describe, expect, inject, test } from 'vitest'

const FOLDER = fileURLToPath(new URL('./histories/', import.meta.url))
const RELEASES = ['v0.4', 'v0.5']
const COMMITTED = 'v0.4-schema_replay_cache-1'

/** A recorded history with its name and the workflow id it ran under, which children's ids are derived from. */
interface Recorded {
  readonly name: string
  readonly workflowId: string
  readonly history: unknown
}

describe('histories of released workflow code', () => {
  test('each history that was recorded is there, and no other', () => {
    const listed = readFileSync(new URL('./recorded.txt', import.meta.url), 'utf8')
      .trimEnd()
      .split('\n')
    expect(readdirSync(FOLDER).sort()).toEqual(listed.map((name) => `${name}.json`))
    expect([...new Set(listed.map((name) => name.split('-', 1)[0]))]).toEqual(RELEASES)
  })

  test.each(RELEASES)('those of %s replay', async (release) => {
    expect(await refusals(namesOf(release).map(read))).toEqual([])
  })

  test('a history that the code did not make is refused by name, so that a green replay means something', async () => {
    const committed = read(COMMITTED)
    const altered = JSON.stringify(committed.history).replaceAll('"applyToTarget"', '"applyToSomething"')
    const refused = await refusals([
      committed,
      { ...committed, name: 'altered', history: JSON.parse(altered) },
      read('v0.4-schema_replay_swept-1'),
    ])
    expect(refused).toEqual([expect.stringMatching(/^altered: .*[Nn]ondeterminism/)])
  })
})

function namesOf(release: string): readonly string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.startsWith(`${release}-`))
    .map((name) => name.replace('.json', ''))
}

function read(name: string): Recorded {
  return { name, ...(JSON.parse(readFileSync(`${FOLDER}${name}.json`, 'utf8')) as Omit<Recorded, 'name'>) }
}

/** Replays them one after another on one worker; says which were refused, and why. */
async function refusals(recorded: readonly Recorded[]): Promise<readonly string[]> {
  const results = Worker.runReplayHistories(
    { workflowBundle: { codePath: inject('workflowBundlePath') } },
    recorded.map(({ workflowId, history }) => ({ workflowId, history: historyFromJSON(history) })),
  )
  const refused: string[] = []
  let replayed = 0
  for await (const { error } of results) {
    const { name } = recorded[replayed] as Recorded
    if (error !== undefined) refused.push(`${name}: ${error.message}`)
    replayed += 1
  }
  // The iterator ends early, without an error, when its worker does.
  expect(replayed).toBe(recorded.length)
  return refused
}
