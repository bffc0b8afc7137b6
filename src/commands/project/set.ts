import type { Command } from 'commander'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'

/** `project set`: policies of all operations of a project that do not say otherwise. */
export function addProjectSet(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'set <id> <key=value...>',
    summary: 'change settings of a project: policies, limits, how long things are kept',
    example:
      "project set shop on_tenant_failure=park max_parked=2% hold_before_purge=7d ignore='audit_*,spatial_ref_sys'",
    document: 'project',
  }).action(
    withClient<[string, string], CommonFlags>(surroundings, async (client, [id, given], { actor }) => {
      // Commander gives the rest of the arguments as one list.
      const project = await client.setProject(id, given as unknown as readonly string[], { actor })
      const lines = Object.entries(project.settings).map(([key, value]) => `${key}: ${valueText(value)}`)
      return { document: { project }, text: [`Project ${id} has these settings now:`, ...lines].join('\n') }
    }),
  )
}

function valueText(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') || 'none' : String(value)
}
