/** Chance that can be repeated: a small generator with a seed of its own. */

/** A source of chance. */
export interface Random {
  /** At least 0, below 1. */
  readonly next: () => number
  /** Whether something of this probability happens. */
  readonly happens: (probability: number) => boolean
  /** One of them; undefined when there is none. */
  readonly pick: <T>(from: readonly T[]) => T | undefined
}

/** The source of a seed: equal texts give equal sequences. */
export function randomOf(seed: string): Random {
  let state = numberOf(seed)
  // mulberry32
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    next,
    happens: (probability) => next() < probability,
    pick: (from) => from[Math.floor(next() * from.length)],
  }
}

/** A number of 32 bits that stands for a text. */
export function numberOf(text: string): number {
  let hash = 0x811c9dc5
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}
