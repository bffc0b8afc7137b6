import { type Command, Option } from 'commander'
import type { ApplyOptions } from '../client/types.ts'
import { OUTCOME_POLICIES, type OutcomePolicy } from '../contract.ts'
import { parseMutationText } from '../logical/parseMutation.ts'
import { milliseconds, names, percentages, share, wholeNumber } from './arguments.ts'
import { type Answer, addCommand, type CommonFlags, withClient } from './command.ts'
import { planText } from './planText.ts'
import { submittedDocument } from './submittedDocument.ts'
import type { Surroundings } from './surroundings.ts'
import { watchOperation } from './watchOperation.ts'

interface Flags extends CommonFlags {
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
  readonly dryRun?: boolean
  readonly detach?: boolean
}

/** `apply`: submits a mutation and waits for its end. */
export function addApply(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'apply <project> <file>',
    summary: 'apply a mutation to the base and every tenant, and wait for the end',
    example: 'apply shop examples/01-create-food-category.json --id food-category-1',
  })
    .option('--id <key>', 'the idempotency key: the same id is the same operation (default: a fresh one)')
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
    .option('--dry-run', 'print the plan and change nothing')
    .option('--detach', 'return as soon as the operation is submitted')
    .addHelpText(
      'after',
      '\nThe file holds one mutation as JSON, or an array of several, which are one changeset; - reads stdin.',
    )
    .action(
      withClient<[string, string], Flags>(surroundings, (client, args, flags) =>
        apply(surroundings, client, args, flags),
      ),
    )
}

async function apply(
  surroundings: Surroundings,
  client: Parameters<Parameters<typeof withClient>[1]>[0],
  [project, file]: [string, string],
  flags: Flags,
): Promise<Answer> {
  const mutation = parseMutationText(await surroundings.readInput(file))
  if (flags.dryRun) {
    const plan = await client.plan(project, mutation)
    return { document: { plan }, text: planText(plan, surroundings.colour) }
  }
  const handle = await client.apply(project, mutation, optionsOf(flags))
  const say = flags.json ? surroundings.err : surroundings.out
  say(`operation ${handle.id}`)
  if (!flags.detach) return await watchOperation(surroundings, handle)
  return {
    document: { operation: submittedDocument({ id: handle.id, project, mutation, actor: flags.actor }) },
    text: `It goes on without you; watch it with: schema-saga operation watch ${handle.id}`,
  }
}

function optionsOf({ id, actor, soak, json: _, dryRun: __, detach: ___, ...choices }: Flags): ApplyOptions {
  return {
    ...choices,
    actor,
    ...(id !== undefined && { operationId: id }),
    ...(soak !== undefined && { soakMs: soak }),
  }
}
