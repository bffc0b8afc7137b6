const WORD = /\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{Lt}\p{Lm}\p{Lo}]+|\p{N}+/gu

/** The lower-case words of a name or label: split at symbols, white space, camel case and digits. */
export function splitWords(text: string): readonly string[] {
  // Composed first, or an accent typed as a mark of its own would vanish and `café` would pass as `cafe`.
  return (text.normalize('NFC').match(WORD) ?? []).map((word) => word.toLowerCase())
}
