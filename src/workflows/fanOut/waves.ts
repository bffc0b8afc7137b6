/** Waves: the canary tenants first, then more and more, with time in between to see whether all is well. */
import type { PlannedOperation } from '../../contract.ts'
import { policy } from '../activities.ts'
import { holdUntilDecided } from '../messages/held.ts'
import { reasonFor } from '../run/failures.ts'
import type { Run } from '../run/run.ts'

/** Runs all waves but the rest that comes after the last one; `bring` brings the tenants of a wave forward. */
export async function runWaves(
  run: Run,
  plan: PlannedOperation,
  bring: (wave: number) => Promise<void>,
): Promise<void> {
  const { waves = 0 } = plan
  const { soakMs = 0 } = run.opened.options
  for (let number = 1; number <= waves; number += 1) {
    await run.controls.unpaused()
    run.progress.show({ wave: { number, of: waves, soaking: false } })
    await bring(number)
    await haltIfTooMany(run, plan, number)
    if (number === waves || soakMs === 0) continue
    run.progress.show({ wave: { number, of: waves, soaking: true } })
    await run.controls.soak(soakMs)
  }
  run.progress.show({ wave: null })
}

/** As many failed and parked tenants as `haltAt` names: a person is to look before more are changed. */
async function haltIfTooMany(run: Run, plan: PlannedOperation, wave: number): Promise<void> {
  if (run.opened.options.haltAt === undefined) return
  const { operationId } = run
  const { halts, failed, begun } = await policy.countHalting({ operationId })
  // Those that a person has decided about do not halt the next wave again.
  if (!halts || failed <= run.haltedAt) return
  run.haltedAt = failed
  const message = `held: wave ${wave} was halted, because ${failed} of ${begun} tenants failed or were parked.`
  await holdUntilDecided(run, plan, reasonFor('HELD', message))
}
