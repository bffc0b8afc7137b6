/** Texts of SQL as they are hashed and run: UTF-8, LF, and places in them as people count. */
import { createHash } from 'node:crypto'
import { MutationRejected } from '../errors.ts'

/** At most so many bytes in one text. */
export const MOST_BYTES = 4 * 1024 * 1024

/** A text that was read, in the form that counts. */
export interface SqlText {
  /** For messages: a file, or the name of a mutation. */
  readonly source: string
  readonly text: string
  readonly bytes: Buffer
}

/** Drops a BOM and makes CRLF LF. Errors: `SQL_INVALID` for what is no UTF-8, holds NUL, or is too long. */
export function sqlTextOf(source: string, given: string | Uint8Array, most = MOST_BYTES): SqlText {
  const text = decoded(source, given)
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
  const at = text.indexOf('\0')
  if (at >= 0) throw invalid(source, text, Buffer.byteLength(text.slice(0, at)), 'there is a NUL character')
  const bytes = Buffer.from(text)
  if (bytes.length <= most) return { source, text, bytes }
  throw new MutationRejected('SQL_INVALID', `${source} has ${bytes.length} bytes; a text has ${most} at most.`)
}

function decoded(source: string, given: string | Uint8Array): string {
  if (typeof given === 'string') return given
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(given)
  } catch {
    throw new MutationRejected('SQL_INVALID', `${source} is not in UTF-8: save it in that encoding.`)
  }
}

/** By which a text is stored, and told from another. */
export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** `file.sql, line 3, column 7`; columns are characters, and `offset` counts bytes. */
export function placeOf(source: string, bytes: Buffer, offset: number): string {
  const before = bytes.subarray(0, offset).toString('utf8')
  const line = before.split('\n').length
  const column = [...before.slice(before.lastIndexOf('\n') + 1)].length + 1
  return `${source}, line ${line}, column ${column}`
}

/** The line of a byte, from 1. */
export function lineOf(bytes: Uint8Array, offset: number): number {
  let line = 1
  for (let at = bytes.indexOf(0x0a); at >= 0 && at < offset; at = bytes.indexOf(0x0a, at + 1)) line += 1
  return line
}

/** Errors of a text name their place. */
export function invalid(source: string, text: string, offset: number, what: string): MutationRejected {
  return new MutationRejected('SQL_INVALID', `${placeOf(source, Buffer.from(text), offset)}: ${what}.`)
}

/** The same for many offsets of one text, which it goes through once as long as they ascend. */
export function placesIn({ source, bytes }: SqlText): (offset: number) => string {
  let [at, line, column] = [0, 1, 1]
  return (offset) => {
    if (offset < at) [at, line, column] = [0, 1, 1]
    for (; at < offset; at += 1) {
      const byte = bytes[at] ?? 0
      if (byte === 0x0a) [line, column] = [line + 1, 1]
      // All bytes of a character but its first begin alike.
      else if ((byte & 0xc0) !== 0x80) column += 1
    }
    return `${source}, line ${line}, column ${column}`
  }
}
