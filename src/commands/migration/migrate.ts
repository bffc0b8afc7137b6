import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { MigrationRunDocument } from '../../client/migrations/migrationDocuments.ts'
import type { MigrateOptions } from '../../client/migrations/migrationMethods.ts'
import type { MigrationCourse } from '../../client/migrations/runMigrations.ts'
import type { SchemaSagaClient } from '../../client/types.ts'
import { ERRORS } from '../../contract/errors/errorCodes.ts'
import { InputInvalid } from '../../errors.ts'
import type { MigrationFormat } from '../../migrations/migration.ts'
import { KEPT_TOOLS } from '../../migrations/toolTables.ts'
import { type Answer, addCommand, withClient } from '../command.ts'
import { EXIT, exitCodeOfOperation } from '../exitCodes.ts'
import type { Surroundings } from '../io.ts'
import { type ApplyFlags, addApplyFlags, applyOptionsOf } from '../operation/applyFlags.ts'
import { untilInterrupted, wantsAbort } from '../operation/follow.ts'
import { createProgress, type Progress } from '../render/progress.ts'
import { formatFlag } from './formatFlag.ts'
import { beginningText, runText } from './migrationText.ts'
import { createPace } from './pace.ts'
import { addMigrateStatus } from './status.ts'

interface Flags extends ApplyFlags {
  readonly to?: string
  readonly oneOperation?: true
  readonly keep?: NonNullable<MigrateOptions['keep']>
  readonly format?: MigrationFormat
}

/** `migrate`: applies what of a folder is pending; and `migrate status`. */
export function addMigrate(parent: Command, surroundings: Surroundings): void {
  const command = addCommand(parent, {
    usage: 'migrate <project> <folder>',
    summary: 'apply the pending migrations of a folder, an operation each, until one fails; for projects of kind sql',
    example: 'migrate shop db/migrations --on-tenant-failure park',
    document: 'migration',
  })
  addApplyFlags(command, null)
    .option('--to <name>', 'the last one to apply: its name, its file, or the number that its name begins with')
    .option('--one-operation', 'make all of them by one operation: one revision, or all of it undone')
    .addOption(
      new Option(
        '--keep <tool>',
        'also write its own row for the tool of the folder, with the change, on tenants that have its table',
      ).choices(KEPT_TOOLS),
    )
    .addOption(formatFlag())
    // What stands behind `status` is for that command.
    .enablePositionalOptions()
    .addHelpText(
      'after',
      '\nThe folder is one of plain files (NAME.sql, forward down to a line `-- down`), dbmate, goose, golang-migrate,\n' +
        'node-pg-migrate, Flyway, Prisma or Drizzle; NAME.down.sql, or down.sql beside migration.sql, leads back.\n' +
        'A second run goes on where the first one stopped; a file that failed may be corrected before.',
    )
    .action(
      withClient<[string, string], Flags>(surroundings, async (client, [project, folder], flags) => {
        return await migrate(surroundings, client, { project, folder: resolve(surroundings.folder, folder), flags })
      }),
    )
  addMigrateStatus(command, surroundings)
}

interface Wanted {
  readonly project: string
  readonly folder: string
  readonly flags: Flags
}

async function migrate(surroundings: Surroundings, client: SchemaSagaClient, wanted: Wanted): Promise<Answer> {
  const { project, folder, flags } = wanted
  const { to, oneOperation, keep, format, ...ofApply } = flags
  const { operationId: _, ...choices } = applyOptionsOf(ofApply)
  const options: MigrateOptions = {
    ...choices,
    ...(to !== undefined && { to }),
    ...(oneOperation === true && { oneOperation }),
    ...(keep !== undefined && { keep }),
    ...(format !== undefined && { format }),
  }
  if (flags.dryRun) {
    return answerOf(surroundings, await client.migrate(project, folder, { ...options, dryRun: true }))
  }
  if (flags.detach) await requireOne(client, wanted)
  const progress = await createProgress(surroundings)
  try {
    return await follow(surroundings, client, wanted, options, progress)
  } finally {
    progress.stop()
  }
}

/** Errors: `INPUT_INVALID` where nobody would be there to begin the second. */
async function requireOne(client: SchemaSagaClient, { project, folder, flags }: Wanted): Promise<void> {
  const { to, oneOperation, format } = flags
  if (oneOperation) return
  const options = { ...(to !== undefined && { to }), ...(format !== undefined && { format }) }
  const { migrations } = await client.migrate(project, folder, { ...options, dryRun: true })
  if (migrations.length < 2) return
  const text = `--detach is for one migration, and ${migrations.length} are pending: each begins when the one before it has committed. Name the first with --to.`
  throw new InputInvalid('INPUT_INVALID', text, { path: 'detach' })
}

async function follow(
  surroundings: Surroundings,
  client: SchemaSagaClient,
  { project, folder, flags }: Wanted,
  options: MigrateOptions,
  progress: Progress,
): Promise<Answer> {
  const say = flags.json ? surroundings.err : surroundings.out
  const [letGo, pace] = [new AbortController(), createPace(Date.now)]
  let current: string | null = null
  const heard = (course: MigrationCourse): void => {
    if (course.at < 0) say(beginningText(course.run))
    else progress.show(pace(course))
    current = course.operation?.id ?? null
    if (flags.detach && current !== null) letGo.abort()
  }
  const running = client.migrate(project, folder, { ...options, heard, signal: letGo.signal })
  const seen = await untilInterrupted(surroundings, running)
  if (seen !== 'interrupted') return answerOf(surroundings, seen, flags.detach ? EXIT.done : EXIT.interrupted)
  progress.stop()
  if (current !== null && (await wantsAbort(surroundings))) {
    await (await client.operation(current)).abort({ reason: 'Ctrl-C' })
  } else letGo.abort()
  return answerOf(surroundings, await running)
}

function answerOf(surroundings: Surroundings, run: MigrationRunDocument, letGo: number = EXIT.interrupted): Answer {
  return { document: { migration: run }, text: runText(run, surroundings.colour), exitCode: exitCodeOfRun(run, letGo) }
}

/** Of a run that was let go of, `letGo`. */
export function exitCodeOfRun({ stopped, migrations }: MigrationRunDocument, letGo: number): number {
  if (stopped === null) return migrations.some(({ parked }) => parked > 0) ? EXIT.needsRepair : EXIT.done
  if (stopped.error_code === null) return letGo
  const { operation } = stopped
  const isOver = operation !== null && ['failed', 'cancelled', 'needs_repair'].includes(operation.status)
  return isOver ? exitCodeOfOperation(operation) : ERRORS[stopped.error_code].exit
}
