import { describe } from 'vitest'
import { CHILDREN } from './stories.ts'
import { tell } from './tell.ts'

describe('a worker killed at points between two effects, with a child for each tenant', () => {
  tell('children', CHILDREN)
})
