/** Runs the tests of a file, or skips all of them with their hooks where their tier has no servers. */
import type { File } from '@vitest/runner'
import { inject, TestRunner } from 'vitest'

export default class SkippingRunner extends TestRunner {
  onCollected(files: File[]): void {
    if (inject('unavailable') === undefined) return
    for (const file of files) {
      file.mode = 'skip'
      for (const task of file.tasks) task.mode = 'skip'
    }
  }
}
