import { shortenName } from '../names/shortenName.ts'
import type { Field } from '../schema.ts'

/** One column of a root field; `locale` is as the schema gives it, and empty for a field without locales. */
export interface LocaleColumn {
  readonly locale: string
  readonly column: string
}

const LOCALE = /^[a-z0-9]+(_[a-z0-9]+)*$/

/** The columns of a root field: one, or one per locale, where `en` and blank have the identifier itself. */
export function localesOf(field: Pick<Field, 'identifier' | 'validation'>): readonly LocaleColumn[] {
  const locals = field.validation?.locals ?? []
  if (locals.length === 0) return [{ locale: '', column: field.identifier }]
  return locals.map((locale) => ({ locale, column: columnFor(field.identifier, locale) }))
}

/** What tells the columns of a field apart, whatever the field is called: empty for the field's own column. */
export function localeKey(locale: string): string {
  const form = columnForm(locale)
  return form === 'en' ? '' : form
}

/** Whether a locale can be part of a column's name; blank stands for the field's own column. */
export function isLocale(locale: string): boolean {
  const form = columnForm(locale)
  return form === '' || LOCALE.test(form)
}

function columnFor(identifier: string, locale: string): string {
  const key = localeKey(locale)
  return key === '' ? identifier : shortenName(`${identifier}_${key}`)
}

function columnForm(locale: string): string {
  return locale.trim().toLowerCase().replaceAll('-', '_')
}
