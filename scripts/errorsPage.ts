/** The page `docs/errors.md`, made of the table of codes. */
import type { ErrorFacts } from '../src/contract/errors/errorClasses.ts'
import { ERRORS } from '../src/contract/errors/errorCodes.ts'
import { MUTATION_CODES } from '../src/contract/errors/mutationCodes.ts'
import { RECORD_CODES } from '../src/contract/errors/recordCodes.ts'
import { REQUEST_CODES } from '../src/contract/errors/requestCodes.ts'
import { SERVICE_CODES } from '../src/contract/errors/serviceCodes.ts'
import { SQL_CODES } from '../src/contract/errors/sqlCodes.ts'
import { TARGET_CODES } from '../src/contract/errors/targetCodes.ts'

const HEAD = `# Errors

Made from \`src/contract/errors\` by \`npx tsx scripts/writeDocs.ts\`; do not edit it here.

Every error has a stable code: in the message of a command (\`error CODE: ...\`), in \`error_code\` of the \`--json\` documents,
in the records of operations and tenants, and in \`error.code\` of the TypeScript client. The class is the class that the client
throws and the failure type in Temporal; it says who has to decide. \`Held\`, \`Cancelled\` and \`Unexpected\` are failure types only:
the client throws \`SagaError\` for them. The end of an operation is thrown as \`OperationFailed\` or \`OperationNeedsRepair\`, with the
code of its record. A code without a class is only noted in records and reports. *Retried* means that work which meets the
error is tried again by itself, for as long as its patience lasts; *exit* is the exit code of a command that ends with it. (An
operation that was carried out and failed exits with 4, and with 5 if it needs repair, whatever the code.)
`

const GROUPS: readonly (readonly [string, string, Readonly<Record<string, ErrorFacts>>])[] = [
  ['Mutations', 'They do not apply to the schema; no target was touched.', MUTATION_CODES],
  ['Requests', 'They are refused as things stand, and nothing was changed.', REQUEST_CODES],
  ['Texts of SQL', 'They cannot be read, or not run everywhere; no target was touched.', SQL_CODES],
  ['Targets', 'What happened on the base or on one tenant.', TARGET_CODES],
  ['Operations and records', 'How operations end or wait, and what is noted about targets.', RECORD_CODES],
  ['Services and settings', 'What the work needs beside its targets.', SERVICE_CODES],
]

/** All of it. */
export function errorsPage(): string {
  const groups = GROUPS.map(([title, text, codes]) => `\n## ${title}\n\n${text}\n\n${tableOf(Object.keys(codes))}\n`)
  return `${HEAD}${groups.join('')}`
}

function tableOf(codes: readonly string[]): string {
  const rows = codes.map((code) => rowOf(code, ERRORS[code as keyof typeof ERRORS]))
  return ['| code | class | retried | exit | what happened | what to do |', '|---|---|---|---|---|---|', ...rows].join(
    '\n',
  )
}

function rowOf(code: string, { class: name, retried, exit, sentence, advice }: ErrorFacts): string {
  return `| \`${code}\` | ${name === null ? '' : `\`${name}\``} | ${retried ? 'yes' : 'no'} | ${exit} | ${sentence} | ${advice} |`
}
