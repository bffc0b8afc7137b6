/** Runs the tests of a file: all of them, those that are drawn, or none where their tier has no servers. */
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { File, Suite, Test } from '@vitest/runner'
import { inject, TestRunner } from 'vitest'
import { drawn } from '../faults/draw.ts'
import { DRAWN_GROUPS } from './drawnFiles.ts'

const TESTS = fileURLToPath(new URL('..', import.meta.url))

export default class DrawingRunner extends TestRunner {
  onCollected(files: File[]): void {
    const isMissing = inject('unavailable') !== undefined
    for (const file of files) {
      if (isMissing) skip(file)
      else if (this.isDrawing()) leaveOut(file)
    }
  }

  /** Whoever names a file or a test gets it. */
  private isDrawing(): boolean {
    return !inject('isNamed') && this.config.testNamePattern === undefined
  }
}

function skip(file: File): void {
  file.mode = 'skip'
  for (const task of file.tasks) task.mode = 'skip'
}

/** Skips what is not drawn; of the tests, one of each suite comes before the second of any. */
function leaveOut(file: File): void {
  const path = relative(TESTS, file.filepath)
  const group = Object.entries(DRAWN_GROUPS).find(([, { files }]) => path in files)
  if (group === undefined) return
  const [name, { most, files }] = group
  const isTold = drawn(Object.keys(files), { story: name, most, kindOf: String }).includes(path)
  const tests = testsOf(file)
  const one = { story: path, most: files[path] ?? 0, kindOf: ({ suite }: Test) => suite?.id ?? '' }
  const told = isTold ? drawn(tests, one) : []
  for (const test of tests) if (!told.includes(test)) test.mode = 'skip'
  skipEmpty(file)
}

function testsOf(suite: Suite): Test[] {
  return suite.tasks.flatMap((task) => (task.type === 'suite' ? testsOf(task) : [task])).filter(isToRun)
}

/** The hooks of a suite that has nothing to run are not called either. */
function skipEmpty(suite: Suite): void {
  for (const task of suite.tasks) if (task.type === 'suite') skipEmpty(task)
  if (!suite.tasks.some(isToRun)) suite.mode = 'skip'
}

function isToRun({ mode }: Suite | Test): boolean {
  return mode === 'run' || mode === 'queued'
}
