/** What of a logical schema is an object of its own: so that taking one change back can leave the later ones alone. */
import { isDeepStrictEqual } from 'node:util'
import type { Connection, Field, LogicalSchema, Model } from './schema.ts'

/** One object that two versions of a schema differ in. */
export interface Part {
  /** The id of its model. */
  readonly model: string
  /** `model`: that it exists, and its name, which everything in it bears; `order`: of its fields. */
  readonly part: 'model' | 'order' | `field ${string}` | `connection ${string}` | `setting ${string}`
  /** For people: `food`, `food.price`. */
  readonly name: string
}

const OWN_PARTS: readonly string[] = ['id', 'name', 'fields', 'connections']

/** The objects that differ; a field counts with everything in it, wherever it stands. */
export function changedParts(before: LogicalSchema, after: LogicalSchema): readonly Part[] {
  const ids = [...new Set([...before.models, ...after.models].map(({ id }) => id))]
  return ids.flatMap((id) => partsOfModel(modelOf(before, id), modelOf(after, id)))
}

/** Whether a change of the one is a change of the other. */
export function overlap(one: Part, other: Part): boolean {
  if (one.model !== other.model) return false
  return one.part === other.part || one.part === 'model' || other.part === 'model'
}

/** The schema with these objects as another version of it has them, and all others as they are. */
export function withParts(schema: LogicalSchema, parts: readonly Part[], from: LogicalSchema): LogicalSchema {
  const whole = new Set(parts.flatMap((each) => (each.part === 'model' ? [each.model] : [])))
  const models = schema.models.flatMap((model) => {
    const other = modelOf(from, model.id)
    if (whole.has(model.id)) return other === undefined ? [] : [other]
    const own = parts.filter((each) => each.model === model.id)
    return own.length === 0 || other === undefined ? [model] : [mergedModel(model, own, other)]
  })
  const missing = from.models.filter(({ id }) => whole.has(id) && !models.some((model) => model.id === id))
  return {
    models: missing.reduce<readonly Model[]>((all, model) => inserted(all, model, from.models.indexOf(model)), models),
  }
}

/** What a connection is called within its model. */
export function connectionKey({ model, type, known_as }: Connection): string {
  return JSON.stringify([model, type, known_as ?? null])
}

function partsOfModel(before: Model | undefined, after: Model | undefined): Part[] {
  const model = before ?? after
  if (model === undefined) return []
  const part = (name: Part['part'], label = model.name): Part => ({ model: model.id, part: name, name: label })
  if (before === undefined || after === undefined) return [part('model')]
  const settings = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => !OWN_PARTS.includes(key) && !isDeepStrictEqual(settingOf(before, key), settingOf(after, key)),
  )
  const own = (field: Field): unknown => ({ ...field, serial: 0 })
  return [
    ...(before.name === after.name ? [] : [part('model')]),
    ...settings.map((key) => part(`setting ${key}`)),
    ...differing(before.fields, after.fields, ({ id }) => id, own).map((field) =>
      part(`field ${field.id}`, `${model.name}.${field.identifier}`),
    ),
    ...(sameOrder(before.fields, after.fields) ? [] : [part('order')]),
    ...differing(before.connections, after.connections, connectionKey, (each) => each).map((connection) =>
      part(`connection ${connectionKey(connection)}`, `the connection of ${model.name} with ${connection.model}`),
    ),
  ]
}

function mergedModel(model: Model, parts: readonly Part[], other: Model): Model {
  const touched = (part: Part['part']): boolean => parts.some((each) => each.part === part)
  const keys = [...new Set([...Object.keys(model), ...Object.keys(other)])].filter((key) => !OWN_PARTS.includes(key))
  const settings = keys.flatMap((key): [string, unknown][] => {
    const from = touched(`setting ${key}`) ? other : model
    return settingOf(from, key) === undefined ? [] : [[key, settingOf(from, key)]]
  })
  const fields = merged(
    model.fields,
    other.fields,
    ({ id }) => id,
    (id) => touched(`field ${id}`),
  )
  const ordered = touched('order') ? inOrderOf(fields, other.fields) : fields
  return {
    ...Object.fromEntries(settings),
    id: model.id,
    name: model.name,
    fields: ordered.map((field, index) => ({ ...field, serial: index + 1 })),
    connections: merged(model.connections, other.connections, connectionKey, (key) => touched(`connection ${key}`)),
  }
}

/** The entries of one list, but those that are touched as the other list has them. */
function merged<T>(
  current: readonly T[],
  other: readonly T[],
  keyOf: (entry: T) => string,
  touched: (key: string) => boolean,
): readonly T[] {
  const kept = current.flatMap((entry) => {
    if (!touched(keyOf(entry))) return [entry]
    const found = other.find((each) => keyOf(each) === keyOf(entry))
    return found === undefined ? [] : [found]
  })
  const missing = other.filter((entry) => touched(keyOf(entry)) && !kept.some((each) => keyOf(each) === keyOf(entry)))
  return missing.reduce<readonly T[]>((all, entry) => inserted(all, entry, other.indexOf(entry)), kept)
}

function inserted<T>(all: readonly T[], entry: T, at: number): readonly T[] {
  return [...all.slice(0, at), entry, ...all.slice(at)]
}

/** Those that the other list knows in its order, the rest behind them. */
function inOrderOf(fields: readonly Field[], other: readonly Field[]): readonly Field[] {
  const place = ({ id }: Field): number => {
    const index = other.findIndex((each) => each.id === id)
    return index < 0 ? other.length : index
  }
  return fields.toSorted((a, b) => place(a) - place(b))
}

function differing<T>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (entry: T) => string,
  own: (entry: T) => unknown,
): readonly T[] {
  const entryOf = (list: readonly T[], key: string): T | undefined => list.find((each) => keyOf(each) === key)
  const keys = [...new Set([...before, ...after].map(keyOf))]
  return keys.flatMap((key) => {
    const [old, next] = [entryOf(before, key), entryOf(after, key)]
    const same = old !== undefined && next !== undefined && isDeepStrictEqual(own(old), own(next))
    const either = old ?? next
    return same || either === undefined ? [] : [either]
  })
}

function sameOrder(before: readonly Field[], after: readonly Field[]): boolean {
  const common = (list: readonly Field[], other: readonly Field[]): string[] =>
    list.flatMap(({ id }) => (other.some((each) => each.id === id) ? [id] : []))
  return isDeepStrictEqual(common(before, after), common(after, before))
}

function modelOf(schema: LogicalSchema, id: string): Model | undefined {
  return schema.models.find((model) => model.id === id)
}

function settingOf(model: Model, key: string): unknown {
  return Reflect.get(model, key)
}
