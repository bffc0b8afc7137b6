/**
 * Who decides about an error, which is its class, and what follows from that. The files of this folder import nothing, so
 * that `src/errors.ts`, and with it workflow code, may use them.
 */

/** Exit codes of the command line that an error leads to. */
export type ErrorExit = 1 | 2 | 3 | 4 | 5 | 7

/**
 * Each class by its name, which is also the Temporal failure type: whether Temporal tries the work again, and the exit
 * code of a command that ends with it.
 */
export const ERROR_CLASSES = {
  InputInvalid: { retried: false, exit: 2 },
  MutationRejected: { retried: false, exit: 3 },
  RequestRefused: { retried: false, exit: 3 },
  TargetDrifted: { retried: false, exit: 3 },
  StatementRefused: { retried: false, exit: 3 },
  DataRejected: { retried: false, exit: 3 },
  TimeLimitReached: { retried: false, exit: 3 },
  LockUnavailable: { retried: true, exit: 3 },
  TargetUnreachable: { retried: true, exit: 7 },
  StaleEpoch: { retried: false, exit: 3 },
  PersistConflict: { retried: false, exit: 3 },
  CatalogRefused: { retried: true, exit: 3 },
  SurroundingsMissing: { retried: true, exit: 7 },
  /** A workflow's own word: it stopped, and waits for a person. */
  Held: { retried: false, exit: 5 },
  /** A workflow's own word: a person ended the work. */
  Cancelled: { retried: false, exit: 4 },
  /** Whatever nobody foresaw. */
  Unexpected: { retried: true, exit: 1 },
} as const satisfies Readonly<Record<string, { readonly retried: boolean; readonly exit: ErrorExit }>>

/** The name of a class of errors. */
export type ErrorClass = keyof typeof ERROR_CLASSES

/** What is known about a code. */
export interface ErrorFacts<Class extends ErrorClass | null = ErrorClass | null> {
  /** Null: the code is only ever noted, in a record or a report, and never thrown. */
  readonly class: Class
  readonly retried: boolean
  readonly exit: ErrorExit
  /** What happened, in one sentence. */
  readonly sentence: string
  /** What to do, in one or two sentences. */
  readonly advice: string
}

/** The facts of a code of this class; `exit` where it differs from that of the class. */
export function of<Class extends ErrorClass>(
  name: Class,
  sentence: string,
  advice: string,
  exit: ErrorExit = ERROR_CLASSES[name].exit,
): ErrorFacts<Class> {
  return { class: name, retried: ERROR_CLASSES[name].retried, exit, sentence, advice }
}

/** The facts of a code that is noted about a target or an operation: what it stands for is left to a person. */
export function noted(sentence: string, advice: string, retried = false): ErrorFacts<null> {
  return { class: null, retried, exit: 5, sentence, advice }
}
