/** Which faults there are at the boundaries that a story passes, and how its courses share them. */
import { groupedBy } from '../../../src/groupedBy.ts'
import type { Fault, Kind, Passed } from './course.ts'

/** Of one course: beginning another one costs more than several faults. */
const FAULTS = 6

/** Work on targets, whose tries may meet there. */
const ON_TARGETS = /^(applyTo|compensate|sweep|settle|accept|provision)/
/** Nothing is left of a late try that only reads. */
const READS = /^(read|count)/

/**
 * The kinds of faults that make a difference at each boundary. A worker that is lost before a local activity is lost
 * behind the one in front of it; that such an activity may fail before its effect is told by the stories that ask for it.
 */
export function faultsOf(kinds: readonly Kind[] | undefined, passed: readonly Passed[]): Fault[] {
  return passed.flatMap(({ at, activity, isLocal }) => {
    const usual: Kind[] = isLocal ? ['task'] : ['before', 'after']
    if (!READS.test(activity)) usual.push('late')
    if (ON_TARGETS.test(activity)) usual.push('beside')
    return (kinds ?? usual).filter((kind) => usual.includes(kind) || isOfAll(kind)).map((kind) => ({ kind, at }))
  })
}

/** Any try can fail, before its effect and after it. */
function isOfAll(kind: Kind): boolean {
  return kind === 'before' || kind === 'after'
}

/** Of one course the faults are apart as far as can be, and none are at the same boundary. */
export function sharedOut(faults: readonly Fault[]): Fault[][] {
  const atOnePlace = Math.max(0, ...[...groupedBy(faults, ({ at }) => at).values()].map(({ length }) => length))
  const courses = Math.max(atOnePlace, Math.ceil(faults.length / FAULTS))
  return Array.from({ length: courses }, (_, course) => faults.filter((_fault, index) => index % courses === course))
}

/** `late applyToTarget of ada`. */
export function nameOf({ kind, at }: Fault): string {
  return `${kind} ${at}`
}
