import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { DRAWN_GROUPS } from './setup/drawnFiles.ts'

const FILES = Object.values(DRAWN_GROUPS).flatMap(({ files }) => Object.keys(files))

test('what a usual run draws is there, and each file in one group only', () => {
  expect(FILES.filter((path) => !existsSync(fileURLToPath(new URL(`./${path}`, import.meta.url))))).toEqual([])
  expect(new Set(FILES).size).toBe(FILES.length)
})
