/** Begins with what takes longest, so that no core is idle at the end; the files of a tier stay together. */
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const ORDER = ['faults', 'whole', 'workflow', 'database', 'replay', 'unit']

/** Files with all faults that take minutes each, the longest first. */
const LONGEST = ['faults/stagesUndone', 'faults/children', 'faults/stages', 'faults/sweeps']

export class SlowTiersFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const tier = ({ project }: TestSpecification): number => ORDER.indexOf(project.name)
    return (await super.sort(files)).toSorted((one, other) => tier(one) - tier(other) || length(one) - length(other))
  }
}

function length({ moduleId }: TestSpecification): number {
  const place = LONGEST.findIndex((path) => moduleId.endsWith(`/test/${path}.test.ts`))
  return place === -1 ? LONGEST.length : place
}
