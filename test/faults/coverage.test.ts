import { describe, expect, test } from 'vitest'
import { missed, readCoverage } from './coverage.ts'
import { EVERY_FAULT } from './draw.ts'
import { CHILDREN, STAGES, STAGES_UNDONE, SWEEPS } from './stories.ts'

const coverage = readCoverage()
/** The run with every point writes the file meanwhile. */
const isBeingWritten = EVERY_FAULT

describe.skipIf(isBeingWritten)('the recorded coverage', () => {
  test('is that of all stories', () => {
    const names = [...CHILDREN, ...STAGES, ...STAGES_UNDONE, ...SWEEPS].map(({ name }) => name)
    expect(Object.keys(coverage)).toEqual(names.sort())
  })

  test('has a kill at every point', () => {
    expect(Object.values(coverage).flatMap(missed)).toEqual([])
  })
})
