/** The tenants of the demo. */

/** Twelve restaurants; the second half lives on the second server. */
export const RESTAURANTS = [
  'banyan-table',
  'blue-lagoon',
  'copper-pot',
  'delta-kitchen',
  'green-mango',
  'jasmine-court',
  'lotus-garden',
  'monsoon-house',
  'old-harbour',
  'river-view',
  'saffron-lane',
  'tamarind-tree',
] as const

/** The one restaurant with two customers. */
export const BUSY_RESTAURANT = 'saffron-lane'
