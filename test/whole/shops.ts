/** Shops that are alike: a model `food` with a note in one row on each of two tenants, which are on two servers. */
import { copyProject } from './copyProject.ts'
import { createFleet, type Place, placesOf } from './fleet.ts'
import { createStack, type Stack } from './stack.ts'

const TENANTS = ['ada', 'bob']

/** The mutations that tests of shops use, all of the model `food`. */
export const remove = (field_name: string) => ({
  type: 'model_field_operation',
  operation: 'delete',
  model_name: 'food',
  field_name,
})
export const text = (field_label: string, rest: object = {}) => ({
  type: 'add_field',
  model_name: 'food',
  field_label,
  field_type: 'text',
  ...rest,
})

/** A stack with a worker; `open` makes a shop at revision 1, whose targets it returns. The note has the given properties. */
export async function createShops(
  note: object = {},
): Promise<{ readonly stack: Stack; readonly open: (project: string) => Promise<Place[]> }> {
  const stack = await createStack()
  await stack.startWorker()
  await createFleet(stack, 'shop', [])
  await stack.client.run('shop', [{ type: 'create_model', name: 'food' }, text('note', note), text('name')])
  const open = async (project: string): Promise<Place[]> => {
    await copyProject({ stack, project: 'shop', tenants: TENANTS }, [project])
    const places = placesOf(stack, project, TENANTS)
    for (const { name, client, namespace } of places.slice(1)) {
      await client.query(`insert into ${namespace}.food (id, note) values ('1', '${name}')`)
    }
    return places
  }
  return { stack, open }
}
