/** Look-ups of existing models, fields and parents: first as given, then in canonical form, never refused as new names are. */
import { MutationRejected } from '../errors.ts'
import { looseFieldIdentifier, looseModelName } from './names/names.ts'
import type { Field, LogicalSchema, Model } from './schema.ts'

/** Identifiers from the root field down to a parent; empty for the root of the model. */
export type ParentPath = readonly string[]

const ROOT = '_root'

/** The model of that name; `notFound` replaces the usual sentence. */
export function findModel(schema: LogicalSchema, name: string, notFound?: string): Model {
  const loose = looseModelName(name)
  const model = schema.models.find((each) => each.name === name) ?? schema.models.find((each) => each.name === loose)
  if (model === undefined) {
    throw new MutationRejected('MODEL_NOT_FOUND', notFound ?? `model ${shown(name)} not found`, {
      details: { model: loose },
    })
  }
  return model
}

/** A field with the path of the parent it is in. */
export interface Located {
  readonly path: ParentPath
  readonly field: Field
}

/**
 * The field of that name below `parentField`; a dotted name says its parents itself, unless it is the label of a root
 * field ("St. Name"). A field that nobody may change (the id, those of relations and of repeated elements) is refused
 * with `verb`; `argument` is where the input gave the name.
 */
export function locateField(
  model: Model,
  name: string,
  options: {
    readonly parentField?: string | undefined
    readonly notFound: string
    readonly verb: string
    readonly argument?: string
  },
): Located {
  const at = { path: options.argument ?? 'field_name' }
  const dot = name.lastIndexOf('.')
  const isDotted =
    dot > 0 && options.parentField === undefined && !model.fields.some(({ label }) => label === name.trim())
  const bare = isDotted ? name.slice(dot + 1) : name
  const parents = bare === name ? undefined : name.slice(0, dot)
  const path = resolveParent(model, parents === undefined ? options.parentField : `${ROOT}.${parents}`)
  if (path.length === 0 && looseFieldIdentifier(bare) === 'id') {
    throw new MutationRejected('FIELD_PROTECTED', `cannot ${options.verb} the id of a model`, at)
  }
  const field = named(childrenAt(model, path), bare)
  if (field === undefined) throw new MutationRejected('FIELD_NOT_FOUND', options.notFound, at)
  if (!field.system_generated) return { path, field }
  const text = `cannot ${options.verb} a field that the system generated`
  throw new MutationRejected('FIELD_PROTECTED', text, at)
}

/** Where `parent_field` points: a dotted path from the root, or a bare identifier that only one parent has. */
export function resolveParent(model: Model, parentField: string | undefined): ParentPath {
  if (parentField === undefined || parentField.trim() === '' || parentField === ROOT) return []
  const segments = parentField.split('.')
  if (segments.length > 1) return followPath(model, segments[0] === ROOT ? segments.slice(1) : segments)
  const parents = parentPaths(model.fields)
  const loose = looseFieldIdentifier(parentField)
  const exact = parents.filter((path) => path.at(-1) === parentField)
  const found = exact.length > 0 ? exact : parents.filter((path) => path.at(-1) === loose)
  const [only, ...others] = found
  if (only === undefined) throw parentNotFound()
  if (others.length > 0) {
    const paths = found.map((path) => (path.length === 1 ? [ROOT, ...path] : path).join('.')).sort()
    throw new MutationRejected(
      'PARENT_AMBIGUOUS',
      `parent field ${shown(parentField)} is ambiguous: give one of the paths ${paths.join(', ')}`,
      { path: 'parent_field', details: { paths } },
    )
  }
  return only
}

/** The fields on a path, from the root field down. */
export function fieldsOnPath(model: Model, path: ParentPath): readonly Field[] {
  return path.flatMap((identifier, depth) => {
    const field = childrenAt(model, path.slice(0, depth)).find((each) => each.identifier === identifier)
    return field === undefined ? [] : [field]
  })
}

/** The fields directly below that parent. */
export function childrenAt(model: Model, path: ParentPath): readonly Field[] {
  let fields = model.fields
  for (const identifier of path) {
    fields = fields.find((field) => field.identifier === identifier)?.sub_field_info ?? []
  }
  return fields
}

/** A name from the input as messages show it: cut, so that no input can flood a log. */
export function shown(name: string): string {
  return name.length <= 60 ? `"${name}"` : `"${name.slice(0, 60)}..."`
}

function named(fields: readonly Field[], name: string): Field | undefined {
  const loose = looseFieldIdentifier(name)
  return fields.find((field) => field.identifier === name) ?? fields.find((field) => field.identifier === loose)
}

function followPath(model: Model, segments: readonly string[]): ParentPath {
  let fields = model.fields
  const path: string[] = []
  for (const segment of segments) {
    const field = named(fields, segment)
    if (field === undefined || !isParent(field)) throw parentNotFound()
    path.push(field.identifier)
    fields = field.sub_field_info ?? []
  }
  return path
}

function parentPaths(fields: readonly Field[]): ParentPath[] {
  return fields.filter(isParent).flatMap((field) => {
    const below = parentPaths(field.sub_field_info ?? [])
    return [[field.identifier], ...below.map((path) => [field.identifier, ...path])]
  })
}

function isParent(field: Field): boolean {
  return field.field_type === 'object' || field.field_type === 'repeated'
}

function parentNotFound(): MutationRejected {
  return new MutationRejected('PARENT_NOT_FOUND', 'parent field not found', { path: 'parent_field' })
}
