import { describe } from 'vitest'
import { STAGES } from './stories.ts'
import { tell } from './tell.ts'

describe('a worker killed at messages of a plan with several stages', () => {
  tell('stages', STAGES)
})
