/** What the inputs of several workflows hold; what a later release adds to an input passes. */
import { optional, type Parser, text, wholeNumber } from '../parse.ts'
import { LONGEST } from '../requests.ts'

/** The most models, and scopes, that one input names. */
export const MOST_MODELS = 10_000
export const MOST_SCOPES = 100_000
/** What a column of the catalog can hold. */
const LAST_REVISION = 2_147_483_647

/** Any id that is not empty. */
export const id: Parser<string> = text(LONGEST.id, 1)
/** Longer than any name that Postgres keeps, so that its own refusal is the one that is told. */
export const name: Parser<string> = text(500, 1)
/** Who asks, where he need not say so. */
export const actor: Parser<string | undefined> = optional(text(LONGEST.actor))
/** The project of almost every input. */
export const project = { project: id }

/** A whole number that the catalog can hold. */
export const count = (least: number): Parser<number> => wholeNumber(least, LAST_REVISION)
