#!/usr/bin/env node
import { existsSync } from 'node:fs'

// A checkout has the sources and runs them, so that it needs no build and never runs a stale one.
if (existsSync(new URL('../src/cli.ts', import.meta.url))) {
  const { register } = await import('tsx/esm/api')
  // The tsconfig of the caller's folder is none of our business.
  register({ tsconfig: false })
  await import('../src/cli.ts')
} else {
  await import('../dist/cli.js')
}
