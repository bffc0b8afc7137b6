/** Default values of columns: those that `required` brings, and those of `validation.default`. */
import { MutationRejected } from '../../errors.ts'
import { type FieldKind, fixedChoices } from './fieldKind.ts'

/** A default as data; the physical side writes it as an expression. */
export type DefaultValue = string | number | boolean | readonly unknown[] | Readonly<Record<string, unknown>>

const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/
const INT_LIMIT = 2 ** 31

/** The default of the field's column: the one of the input, else the one that `required` brings, else null. */
export function defaultOf(field: FieldKind): DefaultValue | null {
  const given = field.validation?.default ?? null
  if (given !== null) return given
  return field.validation?.required ? requiredDefault(field) : null
}

/** Refuses a `validation.default` that the field could not hold. */
export function checkDefault(field: FieldKind): void {
  const value = field.validation?.default ?? null
  if (value === null) return
  const wanted = wantedDefault(field, value)
  if (wanted === null) return
  throw new MutationRejected('TYPE_MISMATCH', `validation.default of a ${field.field_type} field must be ${wanted}`, {
    path: 'validation.default',
  })
}

/** Whether a field could hold that value as its default. */
export function fitsDefault(field: FieldKind, value: unknown): boolean {
  return value === null || value === undefined || wantedDefault(field, value) === null
}

function requiredDefault(field: FieldKind): DefaultValue | null {
  switch (field.field_type) {
    case 'text':
    case 'multiline':
      return ''
    case 'boolean':
      return false
    case 'number':
      return 0
    case 'media':
      return field.validation?.is_gallery ? [] : {}
    case 'list':
      return fixedChoices(field) === null ? [] : null
    case 'object':
      return {}
    case 'repeated':
      return []
    case 'date':
    case 'geo':
      return null
  }
}

/** What the value should have been, or null when it fits. */
function wantedDefault(field: FieldKind, value: unknown): string | null {
  switch (field.field_type) {
    case 'text':
    case 'multiline':
      return typeof value === 'string' ? null : 'a text'
    case 'date':
      return isIsoDate(value) ? null : 'a date such as "2024-02-29"'
    case 'boolean':
      return typeof value === 'boolean' ? null : 'true or false'
    case 'number':
      return wantedNumber(field, value)
    case 'media':
      return wantedMedia(field, value)
    case 'list':
      return wantedList(field, value)
    case 'object':
      return isObject(value) ? null : 'an object'
    case 'repeated':
      return Array.isArray(value) && value.every(isObject) ? null : 'a list of objects'
    case 'geo':
      return 'absent'
  }
}

function wantedNumber(field: FieldKind, value: unknown): string | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'a number'
  if (field.input_type !== 'int') return null
  return Number.isInteger(value) && value >= -INT_LIMIT && value < INT_LIMIT ? null : 'a whole number of 32 bits'
}

function wantedMedia(field: FieldKind, value: unknown): string | null {
  if (field.validation?.is_gallery) return Array.isArray(value) ? null : 'a list, because it is a gallery'
  return isObject(value) ? null : 'an object'
}

function wantedList(field: FieldKind, value: unknown): string | null {
  const choices = field.validation?.fixed_list_elements ?? []
  const isChoice = (each: unknown) => typeof each === 'string' && choices.includes(each)
  if (fixedChoices(field) !== null) return isChoice(value) ? null : 'one of its fixed_list_elements'
  if (!Array.isArray(value)) return 'a list'
  return choices.length === 0 || value.every(isChoice) ? null : 'a list of its fixed_list_elements'
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isIsoDate(value: unknown): boolean {
  const parts = typeof value === 'string' ? ISO_DATE.exec(value) : null
  if (parts === null) return false
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])]
  // Not `Date.UTC`, which takes the years 0 to 99 for 1900 to 1999.
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return year >= 1 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}
