import { describe, expect, test } from 'vitest'
import { missed, readCoverage } from './coverage.ts'
import { samplePoints } from './sample.ts'
import { CHILDREN, STAGES, SWEEPS } from './stories.ts'

const coverage = readCoverage()
/** The run with every point writes the file meanwhile. */
const isBeingWritten = process.env.FAULTS === 'all'

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

describe.skipIf(isBeingWritten)('the sample', () => {
  const sample = samplePoints(coverage, 1)
  const kinds = new Set(Object.values(coverage).flatMap((kinds) => Object.keys(kinds)))
  const effects = [...kinds].filter((kind) => kind.startsWith('after '))
  const drawn = 2 * Object.keys(coverage).length

  test('has the effect of each activity once, and two more points of each story', () => {
    expect(sample.slice(0, effects.length).map(({ kind }) => kind)).toEqual(effects.sort())
    expect(sample).toHaveLength(effects.length + drawn)
  })

  test('is the same one with the same seed, and its drawn points are others with another', () => {
    expect(samplePoints(coverage, 1)).toEqual(sample)
    const other = samplePoints(coverage, 2)
    const isInBoth = (point: unknown) => other.some((each) => JSON.stringify(each) === JSON.stringify(point))
    expect(sample.map(isInBoth)).toEqual([...effects.map(() => true), ...Array.from({ length: drawn }, () => false)])
  })
})
