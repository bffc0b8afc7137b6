import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { errorsPage } from '../../scripts/errorsPage.ts'
import { ERROR_CLASSES } from '../../src/contract/errors/errorClasses.ts'
import { ERRORS, type ErrorCode, isErrorCode } from '../../src/contract/errors/errorCodes.ts'
import { errorFor, InputInvalid, LockUnavailable, NOT_RETRYABLE, SagaError } from '../../src/errors.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8')
const filesOf = (...folders: string[]): readonly string[] =>
  execFileSync('git', ['ls-files', '-z', ...folders], { cwd: ROOT, encoding: 'utf8' })
    .split('\0')
    .filter(Boolean)

const sources = filesOf('src').filter((path) => path.endsWith('.ts') && !path.startsWith('src/contract/errors/'))

describe('the page of errors', () => {
  test('is the one that the table makes', () => {
    expect(read('docs/errors.md')).toBe(errorsPage())
  })

  test('has every code once, each with a sentence and what to do', () => {
    for (const [code, { sentence, advice }] of Object.entries(ERRORS)) {
      expect(errorsPage().split(`| \`${code}\` |`), code).toHaveLength(2)
      expect([sentence, advice], code).toEqual([expect.stringMatching(/^\S.*\.$/), expect.stringMatching(/^\S.*\.$/)])
    }
  })

  test('knows each code that the source writes into a record or a report', () => {
    const literals = sources.flatMap((path) =>
      [...read(path).matchAll(/(?:error_code|errorCode|code)(?::| =) '([A-Z]+(?:_[A-Z]+)*)'/g)].map(([, code]) => code),
    )
    expect(literals.length).toBeGreaterThan(5)
    expect(literals.filter((code) => !isErrorCode(code))).toEqual([])
  })

  test('has no code that nothing uses', () => {
    const all = sources.map(read).join('\n')
    const unused = Object.keys(ERRORS).filter((code) => !all.includes(`'${code}'`))
    // Given to those who gate hazards.
    expect(unused.filter((code) => code !== 'HAZARD_NOT_ALLOWED')).toEqual([])
  })
})

describe('a class and its codes', () => {
  test('belong together: another pair does not compile', () => {
    // @ts-expect-error The code belongs to another class.
    new LockUnavailable('DATA_REJECTED', '')
    // @ts-expect-error It is in no table.
    new SagaError('NO_SUCH_CODE', '')
    expect(new InputInvalid('INPUT_INVALID', '').name).toBe('InputInvalid')
  })

  test.each(Object.entries(ERRORS))('%s is thrown in the class of the table', (code, { class: name, retried }) => {
    const thrown = errorFor(code as ErrorCode, 'text', { path: 'place' })
    const own = name !== null && !['Held', 'Cancelled', 'Unexpected'].includes(name)
    expect(thrown).toMatchObject({ code, message: 'text', path: 'place', name: own ? name : 'SagaError' })
    if (own) expect(NOT_RETRYABLE.includes(thrown.name)).toBe(!retried)
    expect(thrown.retold('other')).toMatchObject({ code, message: 'other', path: 'place', name: thrown.name })
  })

  test('each class has a code', () => {
    const used = new Set(Object.values(ERRORS).map(({ class: name }) => name))
    expect(Object.keys(ERROR_CLASSES).filter((name) => !used.has(name as never))).toEqual([])
  })
})
