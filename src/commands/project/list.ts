import type { Command } from 'commander'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { table } from '../render/table.ts'

/** `project list`. */
export function addProjectList(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, { usage: 'list', summary: 'all projects', example: 'project list', document: 'projects' }).action(
    withClient<[], CommonFlags>(surroundings, async (client) => {
      const projects = await client.listProjects()
      const rows = projects.map((each) => [
        each.id,
        each.revision,
        each.models,
        each.tenants,
        each.base?.server ?? null,
      ])
      const text = table(['project', 'revision', 'models', 'tenants', 'base on'], rows, 'no projects')
      return { document: { projects }, text }
    }),
  )
}
