/** What the search prints. */
import type { SeedResult } from './search.ts'

/** One line for a seed. */
export function lineOf({ seed, story, told, known }: SeedResult): string {
  const tenants = story.world.projects.reduce((sum, project) => sum + project.tenants.length, 0)
  const what =
    told.violations.length === 0
      ? 'all laws hold'
      : told.violations.map(({ law, kind }, index) => `${law}/${kind}${nameOf(known[index])}`).join(', ')
  return `seed ${seed}: ${story.steps.length} steps, ${tenants} tenants, ${(told.ms / 1000).toFixed(1)} s: ${what}`
}

function nameOf(known: string | null | undefined): string {
  return known === null || known === undefined ? ' (unknown)' : ` (known: ${known})`
}

/** Everything about a violation, and how to see it again. */
export function textOf({ seed, story, told }: SeedResult, path: string): string {
  return [
    ...told.violations.map(({ law, kind, detail }) => `  ${law}/${kind}: ${detail}`),
    `  after ${told.after === null ? 'the end' : `step ${story.steps[told.after]?.id}`}; the story:`,
    ...told.lines.map((line) => `    ${line}`),
    `  again: npm run simulate -- --story ${path}   (the whole one: npm run simulate -- --seed ${seed})`,
  ].join('\n')
}

/** What all seeds of a run come to. */
export interface Tally {
  readonly add: (result: SeedResult) => void
  readonly anyUnknown: () => boolean
  readonly summary: () => string
}

/** A tally of a run that begins now. */
export function createTally(): Tally {
  const started = Date.now()
  const results: Pick<SeedResult, 'seed' | 'known'>[] = []
  const kinds = new Map<string, number>()
  let steps = 0
  let tenants = 0
  return {
    add: ({ seed, story, told, known }) => {
      results.push({ seed, known })
      steps += story.steps.length
      tenants += story.world.projects.reduce((sum, project) => sum + project.tenants.length, 0)
      for (const [index, { law, kind }] of told.violations.entries()) {
        const name = `${law}/${kind}${nameOf(known[index])}`
        kinds.set(name, (kinds.get(name) ?? 0) + 1)
      }
    },
    anyUnknown: () => results.some(({ known }) => known.includes(null)),
    summary: () => {
      const seconds = (Date.now() - started) / 1000
      const count = results.length
      const each = (sum: number): string => (sum / Math.max(1, count)).toFixed(1)
      return [
        `${count} seeds in ${seconds.toFixed(0)} s: ${((count / seconds) * 60).toFixed(1)} a minute, ` +
          `${each(steps)} steps and ${each(tenants)} tenants each`,
        ...[...kinds].sort().map(([name, times]) => `  ${times} x ${name}`),
      ].join('\n')
    },
  }
}
