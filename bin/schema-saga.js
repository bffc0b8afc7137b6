#!/usr/bin/env node
import { register } from 'tsx/esm/api'

// The sources are TypeScript and there is no build step; the tsconfig of the caller's folder is none of our business.
register({ tsconfig: false })
await import('../src/cli.ts')
