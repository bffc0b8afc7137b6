/** The flags by which an operation says how it goes over the tenants: of `apply`, and of whatever else submits one. */
import { type Command, Option } from 'commander'
import type { ApplyOptions } from '../../client/types.ts'
import { OUTCOME_POLICIES, type OutcomePolicy } from '../../contract.ts'
import { milliseconds, names, percentages, share, wholeNumber } from '../arguments.ts'
import type { CommonFlags } from '../command.ts'

/** What the flags say. */
export interface ApplyFlags extends CommonFlags {
  readonly id?: string
  readonly onTenantFailure?: OutcomePolicy
  readonly maxParked?: number | string
  readonly canary?: readonly string[]
  readonly waves?: readonly number[]
  readonly soak?: number
  readonly haltAt?: number | string
  readonly fanOut?: NonNullable<ApplyOptions['fanOut']>
  readonly parallel?: number
  readonly planHash?: string
  readonly allow?: readonly string[]
  readonly irreversible?: boolean
  readonly rehearse?: readonly string[]
  readonly dryRun?: boolean
  readonly detach?: boolean
}

/** Adds the flags to a command that submits an operation; `idMeans` is the help of `--id`, which a command of several has not. */
export function addApplyFlags(command: Command, idMeans: string | null): Command {
  return (idMeans === null ? command : command.option('--id <key>', idMeans))
    .addOption(
      new Option(
        '--on-tenant-failure <policy>',
        'what happens when a tenant fails for good (default: that of the project)',
      ).choices(OUTCOME_POLICIES),
    )
    .option(
      '--max-parked <n>',
      'with park: how many tenants may be left behind, 3 or 5% (default: that of the project)',
      share,
    )
    .option('--canary <tenants>', 'tenants of the first wave, with commas in between', names)
    .option('--waves <percentages>', 'further waves, for example 10%,50%,100%', percentages)
    .option('--soak <duration>', 'pause after each wave, for example 5m', milliseconds)
    .option('--halt-at <n>', 'failed and parked tenants at which a wave halts the operation, 3 or 1%', share)
    .addOption(
      new Option('--fan-out <how>', 'a child workflow for each tenant, or sweeps (default: auto)').choices([
        'auto',
        'children',
        'sweep',
      ]),
    )
    .option('--parallel <n>', 'tenants worked on at once, over all servers', wholeNumber(1))
    .option('--plan-hash <hash>', 'refuse unless the plan has this hash')
    .option(
      '--allow <hazards>',
      'hazards of SQL that are meant, with commas in between: LOSES_DATA, WRITES_ROWS',
      names,
    )
    .option(
      '--rehearse <tenants>',
      'tenants on which SQL without a way back is tried first and rolled back (default: the fullest)',
      names,
    )
    .option('--irreversible', 'never undo it: hold when a tenant fails (as --on-tenant-failure hold)')
    .option('--dry-run', 'print the plan and change nothing')
    .option('--detach', 'return as soon as the operation is submitted')
}

/** The flags as options of the client. */
export function applyOptionsOf({
  id,
  actor,
  soak,
  json: _,
  dryRun: __,
  detach: ___,
  irreversible,
  ...choices
}: ApplyFlags): ApplyOptions {
  return {
    ...(irreversible && { onTenantFailure: 'hold' as const }),
    ...choices,
    actor,
    ...(id !== undefined && { operationId: id }),
    ...(soak !== undefined && { soakMs: soak }),
  }
}
