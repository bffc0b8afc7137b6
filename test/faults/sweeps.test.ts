import { describe } from 'vitest'
import { SWEEPS } from './stories.ts'
import { tell } from './tell.ts'

describe('a worker killed at points between two effects, and at messages of a sweep', () => {
  tell('sweeps', SWEEPS)
})
