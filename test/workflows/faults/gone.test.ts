import { describe, expect, test } from 'vitest'
import { takeSnapshot, watchStatements } from '../../faults/snapshot.ts'
import { copyProject } from '../../whole/copyProject.ts'
import { newCourse } from './course.ts'
import type { Scene } from './everywhere.ts'
import { applies, CARD, GUESTS, useWorld } from './scenes.ts'

const CHILDREN = { fanOut: 'children' } as const
const UNREACHABLE = 'TARGET_UNREACHABLE'
const world = useWorld()

describe('a target that is unreachable for as many tries as patience has', () => {
  for (const { name, id, label, happens, ends } of [
    {
      name: 'preflight: the operation fails, and nothing was changed',
      label: 'preflightTargets',
      id: 'preflight',
      happens: applies(CARD, CHILDREN),
      ends: { operation: { status: 'failed', turn: 'released', error_code: UNREACHABLE } },
    },
    {
      name: 'the base: the operation fails, and all is as before',
      label: 'applyToTarget of base',
      id: 'base',
      happens: applies(CARD, CHILDREN),
      ends: { operation: { status: 'failed', turn: 'released', error_code: UNREACHABLE } },
    },
    {
      name: 'a tenant: the operation fails, and all is undone',
      label: 'applyToTarget of bob',
      id: 'tenant',
      happens: applies(CARD, CHILDREN),
      ends: { operation: { status: 'failed', turn: 'released', error_code: UNREACHABLE } },
    },
    {
      name: 'a tenant that may be parked: it is, and the rest commits',
      label: 'applyToTarget of bob',
      id: 'left',
      happens: applies(CARD, { ...CHILDREN, onTenantFailure: 'park' }),
      ends: {
        operation: { status: 'committed', turn: 'released' },
        tenants: [{ state: 'active' }, { state: 'parked', changed: 'no' }],
      },
    },
  ]) {
    test(name, async () => {
      expect(await goneAt(id, label, happens)).toMatchObject(ends)
    })
  }
})

async function goneAt(id: string, label: string, happens: (scene: Scene) => Promise<void>) {
  const here = world()
  const project = `${id}-gone`
  const scene = { world: here, project, operationId: `${project}.1` }
  await here.client.createProject({ id, base: null })
  for (const mutation of GUESTS.before) await here.client.run(id, mutation)
  for (const session of [here.alpha, here.beta]) await watchStatements(session, 'nobody', 'false')
  await copyProject({ stack: here, project: id, tenants: GUESTS.tenants, rows: GUESTS.rows }, [project])
  const course = newCourse([{ kind: 'gone', at: label }], null)
  course.isOpen = true
  here.courses.set(project, course)
  await happens(scene)
  expect([...course.hit]).toEqual([label])
  return await takeSnapshot(here, project, GUESTS.tenants, scene.operationId)
}
