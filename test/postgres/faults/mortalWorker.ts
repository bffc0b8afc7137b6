/** A worker in this process that dies at one of its messages, or stands still there until it is woken. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import type { ClientBase } from 'pg'
import type { TargetPools } from '../../../src/postgres/sessions/pools.ts'
import type { Doom, End, PassedPoint } from './points.ts'

/** What the dead worker's code meets; none of the product's errors, so that no part of it takes it for news of a target. */
export class WorkerDied extends Error {
  override readonly name = 'WorkerDied'

  constructor() {
    super('The worker died here.')
  }
}

/** A message, and whom it concerns. */
export interface Message<T> {
  readonly scope: string
  readonly text: string
  readonly send: () => Promise<T>
}

/** One worker. */
export interface MortalWorker {
  readonly pools: TargetPools
  /** Makes a message that is not one to a target a point as well. */
  readonly pass: <T>(message: Message<T>) => Promise<T>
  /** A session that ends with the worker, unless it was given back by what is returned. */
  readonly hold: (client: ClientBase) => () => void
  /** The points that it has come to, in their order. */
  readonly passed: () => readonly PassedPoint[]
  readonly isDead: () => boolean
  /** The server's processes behind the sessions it had when it died. */
  readonly backends: () => readonly number[]
  /** Resolves when it stands still. */
  readonly stands: Promise<void>
  readonly wake: () => void
}

/** The parts of a session that the types of the driver do not tell. */
interface Session {
  readonly processID: number
  readonly connection: { readonly stream: { readonly destroy: () => void } }
}

/** A worker over the sessions of `pools`; once dead it reaches nobody, and none of its sessions is left. */
export function mortalWorker(pools: TargetPools, doom: Doom | null = null): MortalWorker {
  const passed: PassedPoint[] = []
  const counts = new Map<string, number>()
  const open = new Set<Session>()
  const backends: number[] = []
  const standing = gate()
  const woken = gate()
  let dead = false
  const next = ({ scope, text }: Omit<PassedPoint, 'at'>): End | 'still' | null => {
    const at = (counts.get(scope) ?? 0) + 1
    counts.set(scope, at)
    passed.push({ scope, at, text })
    return doom?.scope === scope && doom.at === at ? doom.end : null
  }
  const die = (): never => {
    if (!dead) for (const { processID } of open) backends.push(processID)
    dead = true
    for (const { connection } of open) connection.stream.destroy()
    throw new WorkerDied()
  }
  const pass = async <T>({ scope, text, send }: Message<T>): Promise<T> => {
    if (dead) throw new WorkerDied()
    const end = next({ scope, text })
    if (end === 'before') die()
    if (end === 'still') {
      standing.open()
      await woken.passed
    }
    const answer = send()
    if (end === 'late') {
      // Whatever comes of it, nobody hears it.
      answer.catch(() => {})
      await turnOfTheLoop()
      die()
    }
    try {
      return await answer
    } finally {
      // Nobody sees it, be it an error or not; nor does anybody once the worker died at another message meanwhile.
      if (dead || end === 'behind') die()
    }
  }
  const hold = (client: ClientBase): (() => void) => {
    const session = client as unknown as Session
    open.add(session)
    return () => open.delete(session)
  }
  const onSession: TargetPools['withClient'] = (place, work) => {
    if (dead) return Promise.reject(new WorkerDied())
    return pools.withClient(place, async (client, namespace) => {
      const giveBack = hold(client)
      try {
        const session = asking(client, scopeOf(place), pass)
        return await work(session, namespace)
      } finally {
        giveBack()
      }
    })
  }
  return {
    pools: { ...pools, withClient: onSession },
    pass,
    hold,
    passed: () => passed,
    isDead: () => dead,
    backends: () => backends,
    stands: standing.passed,
    wake: woken.open,
  }
}

function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let open = (): void => {}
  const passed = new Promise<void>((resolve) => {
    open = resolve
  })
  return { passed, open: () => open() }
}

function scopeOf(place: object): string {
  return (place as { readonly scope?: string }).scope ?? ''
}

/** A session whose messages are points. */
export function asking<T extends ClientBase>(client: T, scope: string, pass: MortalWorker['pass']): T {
  const query = (...args: Parameters<ClientBase['query']>): Promise<unknown> =>
    pass({ scope, text: String(args[0]), send: () => client.query(...args) as unknown as Promise<unknown> })
  return new Proxy(client, {
    get: (target, key, receiver) => (key === 'query' ? query : Reflect.get(target, key, receiver)),
  })
}
