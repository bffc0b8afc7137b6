import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js'
import { Worker } from '@temporalio/worker'
import { describe, expect, inject, test } from 'vitest'

const FOLDER = fileURLToPath(new URL('./histories/', import.meta.url))
const COMMITTED = 'v0.1-schema_replay_commit-1.json'
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))

/** A recorded history with the workflow id it ran under, which children's ids are derived from. */
interface Recorded {
  readonly workflowId: string
  readonly history: unknown
}

describe('histories of released workflow code', () => {
  test('there is one of each story', () => {
    expect(FILES.length).toBeGreaterThanOrEqual(6)
  })

  test.each(FILES)('%s replays', async (name) => {
    const recorded = JSON.parse(readFileSync(`${FOLDER}${name}`, 'utf8')) as Recorded
    await Worker.runReplayHistory(
      { workflowBundle: { codePath: inject('workflowBundlePath') } },
      historyFromJSON(recorded.history),
      recorded.workflowId,
    )
  })

  test('a history that the code did not make is refused, so that a green replay means something', async () => {
    const recorded = JSON.parse(readFileSync(`${FOLDER}${COMMITTED}`, 'utf8')) as Recorded
    const altered = JSON.parse(JSON.stringify(recorded.history).replaceAll('"openOperation"', '"openSomething"'))
    const replay = Worker.runReplayHistory(
      { workflowBundle: { codePath: inject('workflowBundlePath') } },
      historyFromJSON(altered),
      recorded.workflowId,
    )
    await expect(replay).rejects.toThrow(/[Nn]ondeterminism|determinism/)
  })
})
