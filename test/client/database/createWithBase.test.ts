import { expect, test } from 'vitest'
import { administration } from '../../../src/client/fleet/administration.ts'
import { createWithBase } from '../../../src/client/fleet/provision.ts'
import { requireBaseline } from '../../../src/postgres/catalog/sql/givenBaseline.ts'
import { keepText } from '../../../src/postgres/catalog/sql/sqlTexts.ts'
import { useLedger } from '../../postgres/catalog/ledger.ts'
import { applicationFailure, failedWorkflow } from '../failures.ts'
import { CONFIG, temporalStub } from '../temporalStub.ts'

const ledger = useLedger()

test('a project that may not have its base, and cannot be taken back, says both', async () => {
  const { pool: catalog, project } = ledger
  const id = `${project}f`
  const { temporal } = temporalStub({
    // Somebody adds a tenant meanwhile.
    execute: async () => {
      await catalog.query(
        `insert into schema_saga.tenant (project_id, id, server_id, namespace, incarnation, state)
         values ($1, 't1', 'a', $2, gen_random_uuid(), 'provisioning')`,
        [id, `${id}_t1`],
      )
      throw failedWorkflow(applicationFailure('RequestRefused', 'FORBIDDEN', 'Ask the owner.'))
    },
  })
  const base = { server: 'a', namespace: `${id}_base` }
  const created = createWithBase({ config: CONFIG, temporal, catalog }, { id, base, actor: 'rosa' })
  await expect(created).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: expect.stringMatching(
      /^Ask the owner\. Project "\w+" is left without its base, because .* refuses a value/,
    ),
  })
})

test('a base that is to be made of a namespace is written down by a worker first', async () => {
  const { pool: catalog, project } = ledger
  const text = 'CREATE TABLE acme.invoice (id bigint);'
  const { temporal, calls } = temporalStub({
    execute: async (name) =>
      name === 'inspectFleet' ? { sha256: await keepText(catalog, text), namespace: 'acme' } : {},
  })
  const id = `${project}d`
  const { createProject } = administration({ config: CONFIG, temporal, catalog })
  const base = { server: 'a', namespace: `${id}_base` }
  await createProject({ id, base, baseline: { from: 'acme' }, actor: 'rosa' })
  const asked = { project: id, kind: 'dump', server: 'a', namespace: 'acme', actor: 'rosa' }
  expect(calls.map(([, name, given]) => [name, (given as { args: unknown }).args])).toEqual([
    ['inspectFleet', [asked]],
    ['provisionTenant', [{ project: id, scope: '', ...base, actor: 'rosa' }]],
  ])
  const from = { text, source: 'the dump of a/acme', namespace: 'acme', rewriteBodies: false }
  expect(await requireBaseline(catalog, id)).toEqual(from)
  const nowhere = createProject({ id: `${id}2`, base: null, baseline: { from: 'acme' } })
  await expect(nowhere).rejects.toMatchObject({ code: 'INPUT_INVALID' })
})
