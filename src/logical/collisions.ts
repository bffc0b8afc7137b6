/** The one place that decides whether two things of a schema would have the same name in a target. */
import { MutationRejected } from '../errors.ts'
import { localesOf } from './locales.ts'
import { indexName, primaryKeyName, uniqueName } from './physicalNames.ts'
import type { LogicalSchema, Model } from './schema.ts'

/** A name in a target, and a phrase for what has it. */
interface PhysicalName {
  readonly name: string
  readonly owner: string
}

/** Refuses a schema in which two tables, columns of a table, indexes or keys would share a name. */
export function refuseNameCollisions(schema: LogicalSchema): void {
  // Tables, keys and indexes are all relations to Postgres, with one set of names per namespace.
  refuseTwice('', schema.models.flatMap(relationsOf))
  for (const model of schema.models) refuseTwice(` as columns of table "${model.name}"`, columnsOf(model))
}

function relationsOf(model: Model): PhysicalName[] {
  const table: PhysicalName[] = [
    { name: model.name, owner: `model "${model.name}"` },
    { name: primaryKeyName(model.name), owner: `the primary key of model "${model.name}"` },
  ]
  const onFields = model.fields.flatMap((field) =>
    localesOf(field).flatMap(({ column }) => [
      ...(field.enable_indexing
        ? [{ name: indexName(model.name, column), owner: `the index of field "${model.name}.${field.identifier}"` }]
        : []),
      ...(field.validation?.unique
        ? [
            {
              name: uniqueName(model.name, column),
              owner: `the unique key of field "${model.name}.${field.identifier}"`,
            },
          ]
        : []),
    ]),
  )
  return [...table, ...onFields]
}

function columnsOf(model: Model): PhysicalName[] {
  const columns = model.fields.flatMap((field) =>
    localesOf(field).map(({ locale, column }) => ({
      name: column,
      owner: locale === '' ? `field "${field.identifier}"` : `locale "${locale}" of field "${field.identifier}"`,
    })),
  )
  return [{ name: 'id', owner: 'the id of every record' }, ...columns]
}

function refuseTwice(where: string, names: readonly PhysicalName[]): void {
  const owners = new Map<string, string>()
  for (const { name, owner } of names) {
    const other = owners.get(name)
    if (other !== undefined) {
      throw new MutationRejected('NAME_TAKEN', `${other} and ${owner} would both be named "${name}"${where}`, {
        details: { name, owners: [other, owner] },
      })
    }
    owners.set(name, owner)
  }
}
