/** The zod pieces of which the inputs of mutations are made. */
import { z } from 'zod'
import type { FieldPatch } from '../fields/fieldPatch.ts'
import { isLocale } from '../fields/locales.ts'
import type { Validation } from '../schema.ts'

/** What is said when a name is missing or blank; these refusals have the code `NAME_REQUIRED`. */
export const MISSING_NAME = {
  model: 'model name is required',
  field: 'field name is required',
  label: 'field label is required',
  newModel: 'new model name is required',
  from: 'from is required: the name of a model',
  to: 'to is required: the name of a model',
} as const

/** A name that must be there. */
export function nameArgument(kind: keyof typeof MISSING_NAME) {
  const text = MISSING_NAME[kind]
  return z
    .string({ error: (issue) => (issue.input === undefined ? text : undefined) })
    .refine((name) => name.trim() !== '', text)
}

const locales = z.array(z.string().refine(isLocale, 'must be a locale such as "en" or "pt-BR", in letters and digits'))

const RULES = {
  required: z.boolean(),
  unique: z.boolean(),
  default: z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(z.unknown()),
    z.record(z.string(), z.unknown()),
  ]),
  locals: locales,
  hide: z.boolean(),
  placeholder: z.string(),
  as_title: z.boolean(),
  is_email: z.boolean(),
  is_url: z.boolean(),
  is_gallery: z.boolean(),
  is_password: z.boolean(),
  is_multi_choice: z.boolean(),
  fixed_list_elements: z.array(z.string()),
  fixed_list_element_type: z.string(),
  char_limit: z.array(z.number()),
  int_range_limit: z.array(z.number()),
  double_range_limit: z.array(z.number()),
  hide_for_roles: z.array(z.string()),
} satisfies Record<keyof Validation, z.ZodType>

type Rules = typeof RULES

/** The rules about a field's values. */
export const validationArgument: z.ZodType<Validation> = z.strictObject(
  eachRule((rule) => rule.exactOptional()) as { [Key in keyof Rules]: z.ZodExactOptional<Rules[Key]> },
)

/** A patch of these rules: null clears one. */
export const validationPatchArgument: z.ZodType<NonNullable<FieldPatch['validation']>> = z.strictObject(
  eachRule((rule) => rule.nullable().exactOptional()) as {
    [Key in keyof Rules]: z.ZodExactOptional<z.ZodNullable<Rules[Key]>>
  },
)

function eachRule(form: (rule: z.ZodType) => z.ZodType): Record<string, z.ZodType> {
  return Object.fromEntries(Object.entries(RULES).map(([key, rule]) => [key, form(rule)]))
}
