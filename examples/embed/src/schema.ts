/** The schema of the application, step by step. An id is never given to another change: applying it again does nothing. */
import type { MutationRequest } from 'schema-saga'

/** Each step is one revision of the project, from 1. */
export const STEPS: readonly { readonly id: string; readonly mutation: MutationRequest }[] = [
  {
    id: 'menu-1',
    mutation: [
      { type: 'create_model', name: 'Dish' },
      { type: 'add_field', model_name: 'Dish', field_label: 'Name', field_type: 'text' },
    ],
  },
  {
    id: 'prices-1',
    mutation: {
      type: 'add_field',
      model_name: 'Dish',
      field_label: 'Price',
      field_type: 'number',
      input_type: 'double',
    },
  },
]

/** Features by the revision whose tables they need. */
export const FEATURES = { dishes: 1, prices: 2 } as const
