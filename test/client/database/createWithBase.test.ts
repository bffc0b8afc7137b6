import { expect, test } from 'vitest'
import { createWithBase } from '../../../src/client/fleet/provision.ts'
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
