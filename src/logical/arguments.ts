/** The zod pieces of which the inputs of mutations are made. */
import { z } from 'zod'
import { isLocale } from './locales.ts'
import type { Validation } from './schema.ts'

/** What is said when a name is missing or blank; these refusals have the code `NAME_REQUIRED`. */
export const MISSING_NAME = {
  model: 'model name is required',
  field: 'field name is required',
  label: 'field Label Is necessary',
} as const

/** A name that must be there. */
export function nameArgument(kind: keyof typeof MISSING_NAME) {
  const text = MISSING_NAME[kind]
  return z
    .string({ error: (issue) => (issue.input === undefined ? text : undefined) })
    .refine((name) => name.trim() !== '', text)
}

const flag = z.boolean().exactOptional()
const range = z.array(z.number()).exactOptional()
const texts = z.array(z.string()).exactOptional()

/** The rules about a field's values. */
export const validationArgument: z.ZodType<Validation> = z.strictObject({
  required: flag,
  unique: flag,
  default: z
    .union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.unknown()), z.record(z.string(), z.unknown())])
    .exactOptional(),
  locals: z
    .array(z.string().refine(isLocale, 'must be a locale such as "en" or "pt-BR", in letters and digits'))
    .exactOptional(),
  hide: flag,
  placeholder: z.string().exactOptional(),
  as_title: flag,
  is_email: flag,
  is_url: flag,
  is_gallery: flag,
  is_password: flag,
  is_multi_choice: flag,
  fixed_list_elements: texts,
  fixed_list_element_type: z.string().exactOptional(),
  char_limit: range,
  int_range_limit: range,
  double_range_limit: range,
  hide_for_roles: texts,
})
