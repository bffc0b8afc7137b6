/** The table of cases: a type of mutation without a case does not compile. */
import type { MutationType } from '../../../src/logical/mutations/index.ts'
import { CHANGESETS } from './changesets.ts'
import { FIELD_OPERATIONS, REARRANGED } from './fieldOperations.ts'
import { CONVERTED, CREATED, DELETED, DUPLICATED, RENAMED, UPDATED } from './models.ts'
import { NEW_FIELDS } from './newFields.ts'
import { CONNECTED, DISCONNECTED } from './relations.ts'
import type { Case } from './setting.ts'
import { UPDATED_FIELDS } from './updatedFields.ts'

const CASES: { readonly [Type in MutationType]: readonly Case[] } = {
  create_model: CREATED,
  add_field: [...NEW_FIELDS, ...UPDATED_FIELDS],
  model_field_operation: FIELD_OPERATIONS,
  create_connection: CONNECTED,
  delete_connection: DISCONNECTED,
  delete_model: DELETED,
  rename_model: RENAMED,
  duplicate_model: DUPLICATED,
  convert_model: CONVERTED,
  update_model: UPDATED,
  rearrange_field: REARRANGED,
  publish_schema_changeset: CHANGESETS,
}

/** A case with the end of the names of its namespaces. */
export type PlacedCase = Case & { readonly place: string }

const PLACE_LENGTH = 50

/** All cases by their types; a test gives each type a database of its own, because catalogs that grow become slow. */
export const CASES_BY_TYPE: readonly (readonly [type: string, cases: readonly PlacedCase[]])[] = Object.entries(
  CASES,
).map(([type, cases]) => [
  type,
  cases.map((each, index) => ({ ...each, place: `${index} ${each.name}`.slice(0, PLACE_LENGTH) })),
])
