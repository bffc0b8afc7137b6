/** The one place that decides whether two things of a schema would have the same name in a target. */
import { RequestRefused } from '../../errors.ts'
import { localesOf } from '../fields/locales.ts'
import { isRelationField, relationFieldIdentifier } from '../relations/relationFields.ts'
import { keyColumnsOf, pivotOf, type Relation, relationsOf } from '../relations/relations.ts'
import type { LogicalSchema, Model } from '../schema.ts'
import { indexName, primaryKeyName, uniqueName } from './physicalNames.ts'

/** A name in a target, and a phrase for what has it. */
interface PhysicalName {
  readonly name: string
  readonly owner: string
}

/** Refuses a schema in which two tables, columns of a table, indexes or keys would share a name. */
export function refuseNameCollisions(schema: LogicalSchema): void {
  const relations = relationsOf(schema)
  // Tables, keys and indexes are all relations to Postgres, with one set of names per namespace.
  refuseTwice('', [...schema.models.flatMap(namesOfModel), ...relations.flatMap(namesOfRelation)])
  for (const model of schema.models) {
    refuseTwice(` as columns of table "${model.name}"`, [...columnsOf(model), ...keysIn(model, relations)])
    refuseTwice(` as fields of model "${model.name}"`, identifiersOf(model))
  }
}

function namesOfModel(model: Model): PhysicalName[] {
  const onFields = rootFields(model).flatMap((field) =>
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
  return [
    { name: model.name, owner: `model "${model.name}"` },
    { name: primaryKeyName(model.name), owner: `the primary key of model "${model.name}"` },
    ...onFields,
  ]
}

function namesOfRelation(relation: Relation): PhysicalName[] {
  const owner = titleOf(relation)
  const onKeys = keyColumnsOf(relation).flatMap(({ table, column, unique }) => [
    { name: indexName(table, column), owner: `the index of ${owner}` },
    ...(unique ? [{ name: uniqueName(table, column), owner: `the unique key of ${owner}` }] : []),
  ])
  const pivot = pivotOf(relation)
  if (pivot === null) return onKeys
  return [
    { name: pivot.name, owner: `the pivot table of ${owner}` },
    { name: primaryKeyName(pivot.name), owner: `the primary key of ${owner}` },
    ...[pivot.from, pivot.to].map(({ column }) => ({
      name: indexName(pivot.name, column),
      owner: `the index "${column}" of ${owner}`,
    })),
  ]
}

function columnsOf(model: Model): PhysicalName[] {
  const columns = rootFields(model).flatMap((field) =>
    localesOf(field).map(({ locale, column }) => ({
      name: column,
      owner: locale === '' ? `field "${field.identifier}"` : `locale "${locale}" of field "${field.identifier}"`,
    })),
  )
  return [{ name: 'id', owner: 'the id of every record' }, ...columns]
}

function keysIn(model: Model, relations: readonly Relation[]): PhysicalName[] {
  return relations.flatMap((relation) =>
    keyColumnsOf(relation)
      .filter((key) => key.table === model.name)
      .map(({ column }) => ({ name: column, owner: `the key of ${titleOf(relation)}` })),
  )
}

/** The identifiers of root fields; a model related to itself by one name has one field for both directions. */
function identifiersOf(model: Model): PhysicalName[] {
  const ofRelations = model.connections
    .filter(({ relation }) => relation === 'has_one')
    .map(({ model: peer, known_as: knownAs }) => ({
      name: relationFieldIdentifier(peer, knownAs),
      owner: `the field of the relation with "${peer}"${knownAs === undefined ? '' : ` known as "${knownAs}"`}`,
    }))
  const once = new Map(ofRelations.map((each) => [each.owner, each]))
  return [
    ...once.values(),
    ...rootFields(model).map(({ identifier }) => ({ name: identifier, owner: `field "${identifier}"` })),
  ]
}

function rootFields(model: Model): Model['fields'] {
  return model.fields.filter((field) => !isRelationField(field))
}

function titleOf({ from, to, knownAs }: Relation): string {
  return `the relation from "${from.name}" to "${to.name}"${knownAs === undefined ? '' : ` known as "${knownAs}"`}`
}

function refuseTwice(where: string, names: readonly PhysicalName[]): void {
  const owners = new Map<string, string>()
  for (const { name, owner } of names) {
    const other = owners.get(name)
    if (other !== undefined) {
      throw new RequestRefused('NAME_TAKEN', `${other} and ${owner} would both be named "${name}"${where}`, {
        details: { name, owners: [other, owner] },
      })
    }
    owners.set(name, owner)
  }
}
