import type { Command } from 'commander'
import type { ReconcileDocument } from '../contract.ts'
import { addCommand, type CommonFlags, withClient } from './command.ts'
import { EXIT } from './exitCodes.ts'
import type { Surroundings } from './surroundings.ts'
import { table } from './table.ts'

interface Flags extends CommonFlags {
  readonly dryRun?: boolean
}

/** `reconcile`: all duties of the reconciler, now. */
export function addReconcile(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'reconcile [project]',
    summary: 'look after lost operations, open undos, tenants left behind, drift and what is past its hold',
    example: 'reconcile shop --dry-run',
  })
    .option('--dry-run', 'say what there is, and do nothing')
    .action(
      withClient<[string | undefined], Flags>(surroundings, async (client, [project], { dryRun = false, actor }) => {
        const document = await client.reconcile({ dryRun, actor, ...(project !== undefined && { project }) })
        const exitCode = document.left > 0 ? EXIT.needsRepair : EXIT.done
        return { document: { reconcile: document }, text: reconcileText(document), exitCode }
      }),
    )
}

function reconcileText({ results, dry_run }: ReconcileDocument): string {
  const rows = results.map(({ project, duty, found, done, left }) => [project, duty, found, done, left])
  const notes = results.flatMap((result) => result.notes.map((note) => `  ${result.project}: ${note}`))
  const head = ['project', 'duty', 'found', 'done', 'left']
  return [table(head, rows, 'nothing to do'), ...notes, ...(dry_run ? ['dry run: nothing was done'] : [])].join('\n')
}
