/** What the worker asks of this application, and tells it. */
import type { Hooks } from 'schema-saga/worker'

/** Who may do what: the sign-up adds tenants, and only administrators do anything else. */
export function createHooks(administrators: readonly string[], log: (line: string) => void = console.log): Hooks {
  return {
    authorize: (actor, capability) => {
      if (administrators.includes(actor)) return
      if (capability === 'tenant.add' && actor === SIGN_UP) return
      throw new Error(`${actor} is no administrator.`)
    },
    afterCommit: async ({ id, project, revision }) => log(`${project} is at revision ${revision} (${id})`),
  }
}

/** As whom the API provisions tenants. */
export const SIGN_UP = 'sign-up'
