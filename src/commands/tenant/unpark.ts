import { type Command, Option } from 'commander'
import type { SchemaSagaClient } from '../../client/types.ts'
import type { CatchUpTenantsResult } from '../../contract.ts'
import { InputInvalid } from '../../errors.ts'
import { wholeNumber } from '../arguments.ts'
import { type Answer, addCommand, type CommonFlags, withClient } from '../command.ts'
import { EXIT } from '../exitCodes.ts'
import type { Surroundings } from '../io.ts'
import { table } from '../render/table.ts'
import { broughtBackText } from '../render/tenantText.ts'

interface Flags extends CommonFlags {
  readonly at?: number
  readonly all?: boolean
}

/** `tenant unpark`: catches up, waits for the end, and stays parked with the reason when it fails. */
export function addTenantUnpark(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'unpark <project> [id]',
    summary: 'bring a parked tenant, or all of them, to the revision of the project, and activate it',
    example: 'tenant unpark shop ada',
    document: ['tenant', 'tenants-unparked'],
  })
    .option('--at <revision>', 'the revision that its tables have, where they fit several', wholeNumber(0))
    .addOption(
      new Option(
        '--all',
        'all that failed or that an import left behind; those that a person parked stay parked',
      ).conflicts('at'),
    )
    .action(
      withClient<[string, string | undefined], Flags>(surroundings, async (client, [project, id], flags) => {
        const { actor, at, all = false } = flags
        if (all === (id !== undefined)) {
          throw new InputInvalid('INPUT_INVALID', 'Give the id of a tenant, or --all.', { path: 'id' })
        }
        if (id === undefined) return await unparkAll(client, project, actor)
        const tenant = await client.unparkTenant(project, id, { actor, ...(at !== undefined && { at }) })
        return { document: { tenant }, text: broughtBackText(tenant) }
      }),
    )
}

/** Those that could not be brought up are named, and the same can be asked for again. */
async function unparkAll(client: SchemaSagaClient, project: string, actor: string): Promise<Answer> {
  const unparked = await client.unparkTenants(project, { actor })
  const exitCode = unparked.left > 0 ? EXIT.needsRepair : EXIT.done
  return { document: { unparked }, text: unparkedText(unparked), exitCode }
}

/** Of so many tenants the revisions are told to people. */
const MOST_TOLD = 100

function unparkedText(unparked: CatchUpTenantsResult): string {
  const { active, kept, left, failed } = unparked
  const byPerson = kept === 0 ? '' : `, ${kept} stay parked because a person parked them`
  const line = [`${active} brought up and active, ${left} could not be${byPerson}`, ...revisionsText(unparked)].join(
    '\n',
  )
  if (left === 0) return line
  const rows = failed.map(({ id, code, error }) => [id, `${code}: ${error}`])
  if (left > failed.length) rows.push([`and ${left - failed.length} more`, ''])
  return [line, '', table(['tenant', 'why'], rows), '', 'Give the same command again once the reasons are gone.'].join(
    '\n',
  )
}

/** Before and after; whoever wants all of them takes the document. */
function revisionsText({ revisions, revisions_left_out: leftOut }: CatchUpTenantsResult): readonly string[] {
  if (revisions.length === 0) return []
  const told = [...revisions].sort((one, other) => (one.id < other.id ? -1 : 1)).slice(0, MOST_TOLD)
  const more = revisions.length + leftOut - told.length
  const rows = told.map(({ id, from, to }) => [id, from === null ? 'unknown' : from, to])
  if (more > 0) rows.push([`and ${more} more, which --json names`, '', ''])
  return ['', table(['tenant', 'revision before', 'after'], rows)]
}
