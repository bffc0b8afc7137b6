import { describe } from 'vitest'
import { STAGES_UNDONE } from './stories.ts'
import { tell } from './tell.ts'

describe('a worker killed at messages of a plan with several stages that is undone', () => {
  tell('stages undone', STAGES_UNDONE)
})
