/** What a model and its relations are called in the GraphQL API that readers build from the cache document. */

/** All names of one model; the keys are those of the document. */
export interface GraphqlNames {
  readonly single_query: string
  readonly list_query: string
  readonly count_query: string
  readonly create_mutation: string
  readonly upsert_mutation: string
  readonly update_mutation: string
  readonly delete_mutation: string
  readonly object_type: string
  readonly list_type: string
  readonly create_result: string
  readonly update_result: string
  readonly delete_result: string
  readonly upsert_result: string
  readonly create_payload: string
  readonly update_payload: string
  readonly upsert_payload: string
  readonly list_connection: string
  readonly where_input: string
  readonly sort_input: string
  readonly key_condition: string
  readonly count_where_input: string
  readonly connection_filter: string
}

/** The names that follow from a model's own, which is in snake case: `food_order`. */
export function graphqlNamesOf(model: string): GraphqlNames {
  const words = model.split('_').map(capitalised)
  const pascal = words.join('')
  const camel = camelOf(model)
  const spaced = words.join('_')
  const listed = `${pascal}List`.toUpperCase()
  return {
    single_query: camel,
    list_query: `${camel}List`,
    count_query: `${camel}ListCount`,
    create_mutation: `create${pascal}`,
    upsert_mutation: `upsert${pascal}List`,
    update_mutation: `update${pascal}`,
    delete_mutation: `delete${pascal}`,
    object_type: pascal,
    list_type: `${pascal}List`,
    create_result: `Create_${pascal}`,
    update_result: `Update_${pascal}`,
    delete_result: `Delete_${pascal}`,
    upsert_result: `Upsert_${pascal}List`,
    create_payload: `${spaced}_Create_Payload`,
    update_payload: `${spaced}_Update_Payload`,
    upsert_payload: `${spaced}_List_Upsert_Payload`,
    list_connection: `${spaced}_List_Connection`,
    where_input: `${listed}_INPUT_WHERE_PAYLOAD`,
    sort_input: `${listed}_INPUT_SORT_PAYLOAD`,
    key_condition: `${listed}_KEY_CONDITION`,
    count_where_input: `${spaced.toUpperCase()}_LIST_COUNT_INPUT_WHERE_PAYLOAD`,
    connection_filter: `${spaced.toUpperCase()}_CONNECTION_FILTER_CONDITION`,
  }
}

/** What a relation to a model is called on the other one: its own name if it has one. */
export function relationKey(peer: string, knownAs: string | undefined): string {
  return knownAs ?? camelOf(peer)
}

function camelOf(model: string): string {
  const [first = '', ...others] = model.split('_')
  return first + others.map(capitalised).join('')
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
