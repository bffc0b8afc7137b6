/** An embedder's worker: a hook after the commit that fails twice, and notes in a file each time it is called. */
import { appendFileSync, readFileSync } from 'node:fs'
import { readConfig, runWorker } from '../../src/index.ts'

const notes = process.env.HOOK_NOTES ?? ''
const FAILURES = 2

const worker = await runWorker(readConfig(), {
  hooks: {
    afterCommit: async ({ id, status }) => {
      appendFileSync(notes, `${id} ${status}\n`)
      const calls = readFileSync(notes, 'utf8').trim().split('\n').length
      if (calls <= FAILURES) throw new Error('the replica does not answer')
    },
  },
})
console.error('worker ready')
await worker.finished
