import { describe } from 'vitest'
import { tell } from './everywhere.ts'
import { applies, CARD, GUESTS, useWorld } from './scenes.ts'

const WAVES = { fanOut: 'children', canary: ['ada'], waves: [100], soakMs: 60_000 } as const

describe('a worker lost at every boundary of an operation in waves', () => {
  tell('the canary comes first, and the others after its soak', useWorld(), {
    ...GUESTS,
    id: 'waves',
    happens: applies(CARD, WAVES),
    ends: { operation: { status: 'committed', turn: 'released' } },
  })
})
