import { expect, test } from 'vitest'
import { tenantNames } from '../src/activities/import/tenantNames.ts'

const idsOf = (like: string, ...names: readonly string[]) => tenantNames(names, { like }).map(({ tenant }) => tenant)

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

test('names that give the same id, or none, become tenants by the ids that they are given', () => {
  const namespaces = ['ACME', 'Acme', '株式会社']
  expect(idsOf('%', ...namespaces)).toEqual(['acme', null, null])
  const ids = { Acme: 'acme', 株式会社: 'kaisha', ACME: 'acme-old' }
  expect(tenantNames(namespaces, { like: '%', ids })).toEqual([
    { namespace: 'ACME', tenant: 'acme-old' },
    { namespace: 'Acme', tenant: 'acme' },
    { namespace: '株式会社', tenant: 'kaisha' },
  ])
})

test('a tenant keeps its id, by whatever pattern it is found again', () => {
  const registered = new Map([['tenant_7', '7']])
  const names = { like: '%', registered }
  expect(tenantNames(['tenant_7', 'x_7'], names).map(({ tenant }) => tenant)).toEqual(['7', 'x_7'])
  expect(tenantNames(['7', 'tenant_7'], names)).toMatchObject([
    { tenant: null, reason: expect.stringContaining('give one of them another id with --ids') },
    { tenant: '7' },
  ])
  expect(tenantNames(['tenant_7'], { ...names, ids: { tenant_7: 'seven' } })).toMatchObject([
    { tenant: null, reason: 'It is tenant "7" already, and cannot become "seven".' },
  ])
})
