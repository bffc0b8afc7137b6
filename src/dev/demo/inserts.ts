/** What the restaurants' own application does meanwhile: it writes rows, which no change may lose. */
import type { RESTAURANTS } from './restaurants.ts'
import { BUSY_RESTAURANT } from './restaurants.ts'

type Restaurant = (typeof RESTAURANTS)[number]

/** One insert; the table is a name inside the tenant's namespace. */
export interface Insert {
  readonly table: string
  readonly rows: readonly Readonly<Record<string, string | number>>[]
}

const CATEGORIES = [
  { id: 'starters', name: 'Starters', name_bn: 'শুরুর পদ' },
  { id: 'mains', name: 'Mains', name_bn: 'প্রধান পদ' },
  { id: 'sweets', name: 'Sweets', name_bn: 'মিষ্টি' },
]

const FOODS = [
  { id: 'lentil-soup', name: 'Lentil Soup', name_bn: 'ডালের স্যুপ' },
  { id: 'hilsa-curry', name: 'Hilsa Curry', name_bn: 'ইলিশের ঝোল' },
  { id: 'beef-bhuna', name: 'Beef Bhuna', name_bn: 'গরুর ভুনা' },
  { id: 'rice-pudding', name: 'Rice Pudding', name_bn: 'পায়েস' },
]

/** What a tenant's application inserts once the named example is there; null when it has nothing to write. */
export function rowsAfter(example: string, tenant: Restaurant): Insert | null {
  switch (example) {
    case '02-add-food-category-name':
      return { table: 'food_category', rows: CATEGORIES }
    case '04-add-food-name':
      return { table: 'food', rows: FOODS }
    case '09-add-food-available':
      return { table: 'food', rows: [{ id: 'chai', name: 'Chai', name_bn: 'চা', price: 1.5, spice_level: 'medium' }] }
    case '15-add-customer-email':
      return { table: 'customer', rows: customersOf(tenant) }
    default:
      return null
  }
}

function customersOf(tenant: Restaurant): Insert['rows'] {
  const rosa = { id: 'rosa', full_name: 'Rosa Lindt', email: 'rosa@example.com' }
  return tenant === BUSY_RESTAURANT
    ? [rosa, { id: 'nils', full_name: 'Nils Aalto', email: 'nils@example.com' }]
    : [rosa]
}
