import type { Command } from 'commander'
import type { SetAsideDocument, UnlistedObject, UnreachableTargets } from '../../contract/setAside.ts'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { table } from '../render/table.ts'
import { setAsideProblems } from './setAsideProblems.ts'

/** `set-aside list`. */
export function addSetAsideList(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'list <project>',
    summary: 'what is set aside on the targets, and until when it is held',
    example: 'set-aside list shop --json',
    document: 'set-aside',
  }).action(
    withClient<[string], CommonFlags>(surroundings, async (client, [project]) => {
      const found = await client.listSetAside(project)
      const rows = found.set_aside.map((each) => [
        each.object,
        each.targets,
        each.direction === 'forward' ? 'deleted' : 'undone while in use',
        each.since,
        each.purgeable_from,
        each.id,
      ])
      const head = ['object', 'targets', 'why', 'since', 'purgeable from', 'id']
      return {
        document: found,
        text: [
          table(head, rows, 'nothing is set aside'),
          ...found.set_aside.filter(({ findings }) => findings.length > 0).flatMap(findingsText),
          ...found.unlisted.map(unlistedText),
          ...found.unreachable.map(unreachableText),
        ].join('\n'),
      }
    }),
  )
}

function findingsText({ object, id, findings }: SetAsideDocument): readonly string[] {
  return [`${object} (${id}) should have come back:`, ...setAsideProblems(findings)]
}

function unlistedText({ tenant, object, error }: UnlistedObject): string {
  return `${object} of ${tenant === '' ? 'base' : `tenant ${tenant}`} is in no list: ${error}`
}

function unreachableText({ server, targets, error_code, error }: UnreachableTargets): string {
  return `not asked: ${targets} ${targets === 1 ? 'target' : 'targets'} on ${server}, ${error_code}: ${error}`
}
