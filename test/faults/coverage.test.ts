import { describe, expect, test } from 'vitest'
import { missed, readCoverage } from './coverage.ts'
import { EVERY_FAULT } from './draw.ts'
import { CHILDREN, STAGES, SWEEPS } from './stories.ts'

const coverage = readCoverage()
/** The run with every point writes the file meanwhile. */
const isBeingWritten = EVERY_FAULT

/** Stories that have not been told at every point since the file exists: npm run test:faults records them. */
const NOT_RECORDED = [...STAGES, ...SWEEPS].map(({ name }) => name)

describe.skipIf(isBeingWritten)('the recorded coverage', () => {
  test('is that of all stories but those that are named', () => {
    const names = [...CHILDREN, ...STAGES, ...SWEEPS].map(({ name }) => name)
    expect([...Object.keys(coverage), ...NOT_RECORDED].sort()).toEqual(names.sort())
  })

  test('has a kill at every point', () => {
    expect(Object.values(coverage).flatMap(missed)).toEqual([])
  })
})
