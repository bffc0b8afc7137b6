/** What must compile, and what must not, in a program that embeds the package. Never runs: `npm run check` reads it. */
import type { MutationInputs, SchemaSagaClient } from '../src/index.ts'

export async function compiles(client: SchemaSagaClient): Promise<void> {
  await client.apply('shop', { type: 'create_model', name: 'Food' })
  await client.apply('shop', [
    { type: 'create_model', name: 'Food' },
    { type: 'add_field', model_name: 'Food', field_label: 'Name', field_type: 'text', validation: { required: true } },
  ])
  const constant = { type: 'create_model', name: 'Food' } as const
  await client.plan('shop', constant)
  const input: MutationInputs['rename_model'] = { model_name: 'food', new_name: 'Dish' }
  await client.plan('shop', { type: 'rename_model', ...input })
  await client.plan('shop', { type: 'revert', operation_id: 'food-1' })

  // @ts-expect-error there is no such type
  await client.apply('shop', { type: 'create_table', name: 'Food' })
  // @ts-expect-error an argument is missing
  await client.run('shop', { type: 'create_model' })
  // @ts-expect-error an argument is misspelt
  await client.plan('shop', { type: 'create_model', name: 'Food', singleRecord: true })
  // @ts-expect-error there is no such type of field
  await client.apply('shop', { type: 'add_field', model_name: 'Food', field_label: 'Name', field_type: 'string' })
  // @ts-expect-error a changeset holds mutations
  await client.apply('shop', [{ type: 'revert', operation_id: 'food-1' }])
}
