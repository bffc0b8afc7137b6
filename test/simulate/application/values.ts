/** Values that an application writes: different ones each time, so that one that was lost cannot be found elsewhere. */
import type { CellKind } from './casts.ts'
import type { ColumnPlace, Place } from './places.ts'
import { numberOf, type Random } from './random.ts'

/** What makes values different. */
export interface Source {
  readonly random: Random
  /** A number that it never gave before. */
  readonly count: () => number
}

/** Most columns hold values of one style, so that most changes of their type are possible. */
const STYLES = ['whole', 'whole', 'whole', 'flag', 'decimal', 'free', 'free', 'date'] as const
type Style = (typeof STYLES)[number]

/** How often a value is of another style: it then stands in the way of a change of type. */
const STRAY = 0.002

const DAY_MS = 86_400_000

/** A source whose numbers begin where no other one of this name does. */
export function sourceOf(random: Random): Source {
  let last = 1_000_000 + Math.floor(random.next() * 1_000_000)
  return {
    random,
    count: () => {
      last += 1
      return last
    },
  }
}

/** A value for a column, as JSON; null is one only where the column takes it. */
export function valueFor(column: ColumnPlace, source: Source): unknown {
  const { random } = source
  if (!column.notNull && random.happens(0.05)) return null
  if (column.choices !== null) return random.pick(column.choices) ?? null
  const style = styleOf(column, source)
  if (column.kind === 'object') return documentFor(column.within, source)
  if (column.kind === 'repeated')
    return [1, 2].map(() => ({ _id: idOf(source), ...documentFor(column.within, source) }))
  return plainValue(column.kind, style, source)
}

/** An id for a row. */
export function idOf({ count }: Source): string {
  return `a${count()}`
}

function documentFor(within: readonly Place[], source: Source): Record<string, unknown> {
  const document: Record<string, unknown> = {}
  for (const place of within) {
    if (source.random.happens(0.15)) continue
    let at = document
    for (const key of place.keys.slice(0, -1)) {
      const below = (at[key] ?? {}) as Record<string, unknown>
      at[key] = below
      at = below
    }
    at[place.keys.at(-1) ?? ''] = plainValue(place.kind, styleOf({ ...place, unique: false }, source), source)
  }
  return document
}

function styleOf({ cell, unique }: { cell: string; unique: boolean }, { random }: Source): Style {
  const own = STYLES[numberOf(cell) % STYLES.length] ?? 'free'
  const style = random.happens(STRAY) ? (random.pick(STYLES) ?? own) : own
  return unique && (style === 'flag' || style === 'date') ? 'whole' : style
}

function plainValue(kind: CellKind, style: Style, { random, count }: Source): unknown {
  switch (kind) {
    case 'int':
      return style === 'flag' ? Number(random.happens(0.5)) : count()
    case 'double':
      return style === 'flag' ? Number(random.happens(0.5)) : style === 'whole' ? count() : count() + 0.25
    case 'boolean':
      return random.happens(0.5)
    case 'date':
      return dayOf(count())
    case 'list':
      return [`l${count()}`, `m${count()}`]
    case 'media':
      return { url: `https://files.example/${count()}` }
    case 'object':
    case 'repeated':
      return null
    default:
      return textOf(style, random, count())
  }
}

function textOf(style: Style, random: Random, number: number): string {
  if (style === 'whole') return String(number)
  if (style === 'flag') return random.happens(0.5) ? 'yes' : 'no'
  if (style === 'decimal') return `${number}.5`
  return style === 'date' ? dayOf(number) : `it's ${number}`
}

function dayOf(number: number): string {
  return new Date((number % 60_000) * DAY_MS).toISOString().slice(0, 10)
}
