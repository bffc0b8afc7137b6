const MAX_EDITS = 2

/** The known word that a misspelt one was probably meant to be; null when none is near, or when it is no misspelling. */
export function nearest(word: string, known: readonly string[]): string | null {
  if (word.length > 60 || known.includes(word)) return null
  let best: string | null = null
  let fewest = Math.min(MAX_EDITS, Math.floor(word.length / 3)) + 1
  for (const candidate of known) {
    const edits = editDistance(word, candidate)
    if (edits >= fewest) continue
    best = candidate
    fewest = edits
  }
  return best
}

function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
