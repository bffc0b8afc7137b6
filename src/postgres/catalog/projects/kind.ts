/** What describes a project: models, or SQL. Chosen when it is created, and kept. */
import { RequestRefused } from '../../../errors.ts'

export const PROJECT_KINDS = ['models', 'sql'] as const

/** What a revision of a project is made of. */
export type ProjectKind = (typeof PROJECT_KINDS)[number]

const DESCRIBED: Readonly<Record<ProjectKind, string>> = { models: 'by models', sql: 'by SQL' }

/** Whether a project is of the kind that something is for, which `instead` says for the other one. Errors: `PROJECT_KIND`. */
export function requireKind(
  { id, kind }: { readonly id: string; readonly kind: ProjectKind },
  wanted: ProjectKind,
  instead?: string,
): void {
  if (kind === wanted) return
  const what = instead ?? `this is for projects that are described ${DESCRIBED[wanted]}`
  throw new RequestRefused('PROJECT_KIND', `Project "${id}" is described ${DESCRIBED[kind]}: ${what}.`)
}

/** Whether a mutation is one for that kind of project. Errors: `PROJECT_KIND`. */
export function requireTypeOfKind(project: { readonly id: string; readonly kind: ProjectKind }, type: string): void {
  // What is reverted was of the right kind when it was applied.
  if (type === 'revert' || (type === 'run_sql') === (project.kind === 'sql')) return
  const [wanted, instead] =
    project.kind === 'sql'
      ? (['models', `it has no models that ${type} could change`] as const)
      : (['sql', `it takes mutations of them, and not ${type}`] as const)
  requireKind(project, wanted, instead)
}

/** A tenant of SQL is made after the base: its first revision is what that holds. Errors: `NOT_APPLICABLE`. */
export function requireMadeBase(project: {
  readonly id: string
  readonly kind: ProjectKind
  readonly revision: number
}): void {
  if (project.kind === 'models' || project.revision > 0) return
  const text = `The base of project "${project.id}" is not made yet: create the project again, and then its tenants.`
  throw new RequestRefused('NOT_APPLICABLE', text)
}

/** Health is that of the tables of models. Errors: `PROJECT_KIND`. */
export function requireModels(project: { readonly id: string; readonly kind: ProjectKind }): void {
  requireKind(project, 'models', '`drift` compares its targets with what they should look like')
}

/** Why an import into a project of models takes no word on revisions. */
export const SAID_OF_SQL = 'which revision its tables have is told by their models, and by `tenant unpark --at`'

/** Why namespaces of a project of SQL are not taken over as they are. */
export const AS_ITS_BASE =
  'its namespaces are compared with its base, and `project set ignore=` says what does not count'
