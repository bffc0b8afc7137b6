/** What describes a project: models, or SQL. Chosen when it is created, and kept. */
import { RequestRefused } from '../../../errors.ts'

export const PROJECT_KINDS = ['models', 'sql'] as const

/** What a revision of a project is made of. */
export type ProjectKind = (typeof PROJECT_KINDS)[number]

const DESCRIBED: Readonly<Record<ProjectKind, string>> = { models: 'by models', sql: 'by SQL' }

/** Errors: `PROJECT_KIND`. */
export function requireKind(
  { id, kind }: { readonly id: string; readonly kind: ProjectKind },
  wanted: ProjectKind,
): void {
  if (kind === wanted) return
  const text = `Project "${id}" is described ${DESCRIBED[kind]}; this is for projects that are described ${DESCRIBED[wanted]}.`
  throw new RequestRefused('PROJECT_KIND', text)
}

/** Whether a mutation is one for that kind of project. Errors: `PROJECT_KIND`. */
export function requireTypeOfKind(project: { readonly id: string; readonly kind: ProjectKind }, type: string): void {
  // What is reverted was of the right kind when it was applied.
  if (type === 'revert' || (type === 'run_sql') === (project.kind === 'sql')) return
  const text =
    project.kind === 'sql'
      ? `Project "${project.id}" is described by SQL: it takes run_sql, and not ${type}.`
      : `Project "${project.id}" is described by models: it takes mutations of them, and not ${type}.`
  throw new RequestRefused('PROJECT_KIND', text)
}
