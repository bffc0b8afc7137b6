/** Begins with the tiers whose files take longest, so that no core is idle at the end; a tier's files stay together. */
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const ORDER = ['faults', 'whole', 'workflow', 'database', 'replay', 'unit']

export class SlowTiersFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ project }: TestSpecification): number => ORDER.indexOf(project.name)
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other))
  }
}
