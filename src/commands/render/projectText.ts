/** A project for people. */
import type { ProjectDocument } from '../../client/types.ts'
import { owedLine } from './tenantText.ts'

/** The lines of `project show`. */
export function projectText(project: ProjectDocument): string {
  const { base } = project
  return [
    `project ${project.id}, revision ${project.revision}${project.archived_at === null ? '' : ', archived'}`,
    `base: ${base === null ? 'none, tenants only' : `${base.namespace} on ${base.server}`}`,
    project.kind === 'sql' ? 'described by SQL' : `models: ${project.models}`,
    `tenants: ${project.tenants}`,
    ...(project.base_owes ?? []).map(owedLine),
  ].join('\n')
}
