/** Hashes of plain data: sha256 over canonical JSON (RFC 8785), in hex. */
import { createHash } from 'node:crypto'
import { canonicalize } from 'json-canonicalize'

/** The same for equal data, whatever the order of its keys. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalize(value)).digest('hex')
}
