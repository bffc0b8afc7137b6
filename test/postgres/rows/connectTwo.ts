import type { TestFleet } from '../fleet.ts'
import { field, openShop, type Shop } from './shop.ts'

/** A food that belongs to an order, and the plan to delete that relation. */
export async function connectTwo(fleet: TestFleet, namespace: string): Promise<{ shop: Shop; order: string }> {
  const shop = await openShop(
    fleet,
    namespace,
    [
      field('Name'),
      { type: 'create_model', name: 'order' },
      { type: 'add_field', model_name: 'order', field_label: 'Note', field_type: 'text' },
      {
        type: 'create_connection',
        from: 'food',
        to: 'order',
        forward_connection_type: 'has_one',
        reverse_connection_type: 'has_many',
      },
    ],
    { type: 'delete_connection', from: 'food', to: 'order' },
  )
  const order = `"${namespace}"."order"`
  await fleet.client.query(
    `insert into ${order} (id) values ('o1'); insert into ${shop.food} (id, order_id) values ('f1', 'o1')`,
  )
  return { shop, order }
}
