import { expect, test } from 'vitest'
import { tenantNames } from '../src/activities/import/tenantNames.ts'

const idsOf = (like: string, ...names: readonly string[]) => tenantNames(names, like).map(({ tenant }) => tenant)

test('a tenant is called what stands behind the fixed beginning of the pattern', () => {
  expect(idsOf('tenant_%', 'tenant_7', 'tenantX8')).toEqual(['7', '8'])
  expect(idsOf('shop\\_%', 'shop_ada')).toEqual(['ada'])
  expect(idsOf('%', 'ada')).toEqual(['ada'])
  expect(idsOf('ada', 'ada')).toEqual(['ada'])
})

test('what an id cannot hold is replaced, and what remains empty or is there twice gives none', () => {
  expect(idsOf('t_%', 't_Größe 9', 't__-x', `t_${'y'.repeat(60)}`)).toEqual(['gr-e-9', 'x', 'y'.repeat(40)])
  expect(idsOf('t_%', 't_', 't_A', 't_a')).toEqual([null, 'a', null])
})
