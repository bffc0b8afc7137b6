import type { Command } from 'commander'
import { DUTIES, type Duty, type ProjectResult, type ReconcileDocument } from '../../contract/reconcile.ts'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import { EXIT } from '../exitCodes.ts'
import type { Surroundings } from '../io.ts'
import { table } from '../render/table.ts'

interface Flags extends CommonFlags {
  readonly dryRun?: boolean
}

const NAMES: Readonly<Record<Duty, string>> = {
  operations: 'operations without a run',
  repairs: 'undos to try again',
  tenants: 'tenants to bring up',
  drift: 'drifted targets',
  purge: 'set aside, past the hold',
  retention: 'operations past the retention',
}

/** `reconcile`: exits 5 when something is left to do. */
export function addReconcile(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'reconcile [project]',
    summary:
      'do now what the reconciler does: restart lost operations, retry undos, bring up tenants, repair drift, purge; exits 5 when something is left to do',
    example: 'reconcile shop --dry-run',
    document: 'reconcile',
  })
    .option('--dry-run', 'say what there is to do, and change nothing')
    .action(
      withClient<[string | undefined], Flags>(surroundings, async (client, [project], { dryRun = false, actor }) => {
        const ended = await client.reconcile({ ...(project !== undefined && { project }), dryRun, actor })
        const isLeft = ended.left > 0 || ended.projects_left_out > 0
        return {
          document: { reconcile: ended },
          text: reconcileText(ended),
          exitCode: isLeft ? EXIT.needsRepair : EXIT.done,
        }
      }),
    )
}

function reconcileText(ended: ReconcileDocument): string {
  const { dry_run: dryRun, projects_looked_at: looked, projects_left_out: out, done, left, projects } = ended
  const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`
  return [
    `${count(looked, 'project')} looked at, ${done} done, ${left} left${dryRun ? ' (dry run: nothing was changed)' : ''}`,
    ...(out > 0 ? [`no time for ${count(out, 'project')}: the next run begins with them`] : []),
    ...projects.map(projectText),
  ].join('\n')
}

function projectText({ project, duties }: ProjectResult): string {
  const results = DUTIES.flatMap((duty) => {
    const result = duties[duty]
    return result === undefined || (result.found === 0 && result.problems.length === 0) ? [] : [{ duty, ...result }]
  })
  const rows = results.map(({ duty, found, done, left }) => [NAMES[duty], found, done, left])
  return [
    `\n${project}:`,
    table(['duty', 'found', 'done', 'left'], rows),
    ...results.flatMap(({ problems }) => problems.map((each) => `  ${each.subject} ${each.error_code}: ${each.error}`)),
  ].join('\n')
}
