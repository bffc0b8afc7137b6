/** The law that drift and health agree with an independent comparison. */
import type { DriftDocument, HealthDocument } from '../../../src/contract.ts'
import type { Violation } from '../types.ts'
import type { ProjectFacts, TargetFact } from './facts.ts'
import { unnamed } from './named.ts'

/** What the product says of the targets of a project, asked while nothing was at work. */
export interface Inspected {
  readonly drift: DriftDocument
  readonly health: HealthDocument
}

/** Where the two disagree. */
export function driftViolations({ targets, id }: ProjectFacts, { drift, health }: Inspected): readonly Violation[] {
  const drifted = new Map(drift.drift.flatMap((group) => group.tenants.map((name) => [name, group])))
  const ill = new Map(
    health.groups.filter(({ healthy }) => !healthy).flatMap((group) => group.tenants.map((name) => [name, group])),
  )
  const judged = drift.in_flight === 0 && health.in_flight === 0
  return !judged
    ? []
    : targets.filter(isKnown).flatMap((target): readonly Violation[] => {
        const name = target.place.tenant === '' ? 'base' : target.place.tenant
        const own = differencesOf(target)
        const told = [...own, ...target.peculiar.map((table) => `~ ${table}: not an ordinary table`)]
        const found: Violation[] = []
        if (told.length > 0 && !drifted.has(name))
          found.push(violation('unseen', `drift of ${id} misses ${target.name}: ${told.join(' | ')}`))
        const group = drifted.get(name)
        const missed = group === undefined ? [] : unnamed(own, group)
        if (missed.length > 0)
          found.push(violation('unnamed', `drift of ${id} does not name of ${target.name}: ${missed.join(' | ')}`))
        // Whoever puts tables there leaves it open which rows they hold: that, and nothing else, drift may ask then.
        const asks = target.byHand && group?.differences.every(({ object }) => object === 'rows') === true
        if (told.length === 0 && group !== undefined && !asks) {
          found.push(
            violation('made-up', `drift of ${id} says of ${target.name}: ${JSON.stringify(group.differences)}`),
          )
        }
        const lacks = withoutDefaults(own.filter((line) => /^[-+] \S+: column /.test(line)))
        if (lacks.length > 0 && !ill.has(name)) {
          found.push(violation('unseen-by-health', `health of ${id} misses ${target.name}: ${lacks.join(' | ')}`))
        }
        if (own.length === 0 && ill.has(name)) {
          found.push(
            violation('made-up-by-health', `health of ${id} says of ${target.name}: ${JSON.stringify(ill.get(name))}`),
          )
        }
        return found
      })
}

/** A tenant that was imported and fits no revision is at none. */
function isKnown({ catalog }: TargetFact): boolean {
  return catalog.revision !== null
}

/** Health says nothing about defaults. */
function withoutDefaults(lines: readonly string[]): readonly string[] {
  const bare = lines.map((line) => line.replace(/ default .*/, ''))
  return bare.filter((line) => !bare.includes(`${line.startsWith('-') ? '+' : '-'}${line.slice(1)}`))
}

/** The bookkeeping counts as a difference as well: it says at which revision a target is. */
function differencesOf({ registered, catalog, differences }: TargetFact): readonly string[] {
  if (registered === null || registered.revision !== catalog.revision || registered.hash !== catalog.hash) {
    return [`bookkeeping: ${JSON.stringify(registered)} is not ${JSON.stringify(catalog)}`]
  }
  return differences ?? ['its schema is none that the project ever had']
}

function violation(kind: string, detail: string): Violation {
  return { law: 'drift', kind, detail }
}
