/** Violations whose defect is known: reported by name, and no reason to fail. */
import { readFileSync } from 'node:fs'
import type { Law, Violation } from './types.ts'

/** One entry of `known.json`. */
export interface KnownViolation {
  readonly name: string
  readonly law: Law
  /** A pattern over the kind. */
  readonly kind: string
  /** A pattern over the detail. */
  readonly detail?: string
  /** The defect, in a sentence. */
  readonly defect: string
}

/** The entries as they are in the file. */
export const KNOWN = JSON.parse(
  readFileSync(new URL('./known.json', import.meta.url), 'utf8'),
) as readonly KnownViolation[]

/** The name of the first entry that fits; null when the violation is unknown. */
export function knownName(violation: Violation): string | null {
  const found = KNOWN.find(
    ({ law, kind, detail }) =>
      law === violation.law &&
      new RegExp(`^(${kind})$`).test(violation.kind) &&
      (detail === undefined || new RegExp(detail).test(violation.detail)),
  )
  return found?.name ?? null
}
