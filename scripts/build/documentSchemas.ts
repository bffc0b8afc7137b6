/**
 * JSON Schemas of what commands print with `--json`, derived from the types of these documents by the compiler that checks
 * them, so that there is one description of each.
 */
import { fileURLToPath } from 'node:url'
import {
  API,
  type Checker,
  type Project,
  SignatureKind,
  SymbolFlags,
  type Symbol as TsSymbol,
  type Type,
  TypeFlags,
} from 'typescript/unstable/sync'
import type { JsonSchema } from '../../src/logical/parse/mutationJsonSchema.ts'

const CONFIG = fileURLToPath(new URL('./documents.tsconfig.json', import.meta.url))
const DOCUMENTS = fileURLToPath(new URL('../../src/commands/documents.ts', import.meta.url))
const SOURCES = fileURLToPath(new URL('../../src/', import.meta.url))

/** The schema of each document by its name. Throws for a type that JSON cannot hold, by its place. */
export function documentSchemas(): Readonly<Record<string, JsonSchema>> {
  const api = new API()
  try {
    const [project] = api.updateSnapshot({ openProjects: [CONFIG] }).getProjects()
    if (project === undefined) throw new Error(`${CONFIG} is no project.`)
    const { checker } = project
    const documents = documentsOf(project)
    return Object.fromEntries(
      checker.getPropertiesOfType(documents).map((document) => [document.name, schemaOf(checker, document)]),
    )
  } finally {
    api.close()
  }
}

function documentsOf({ program, checker }: Project): Type {
  const file = program.getSourceFile(DOCUMENTS)
  const module = file && checker.getSymbolAtLocation(file)
  const documents = module && checker.getExportsOfModule(module).find(({ name }) => name === 'Documents')
  if (documents === undefined) throw new Error(`${DOCUMENTS} exports no Documents.`)
  return checker.getDeclaredTypeOfSymbol(documents)
}

function schemaOf(checker: Checker, document: TsSymbol): JsonSchema {
  const writer = createWriter(checker)
  const schema = writer.property(document, document.name)
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `schema-saga ${document.name}`,
    ...schema,
    ...(Object.keys(writer.definitions).length > 0 && { $defs: writer.definitions }),
  }
}

/** Schemas that share definitions; a type with a name of its own is defined once, so that one may contain itself. */
function createWriter(checker: Checker) {
  const definitions: Record<string, JsonSchema> = {}
  const owners = new Map<string, number>()

  function property(symbol: TsSymbol, place: string): JsonSchema {
    const type = checker.getTypeOfSymbol(symbol)
    if (type === undefined) throw new Error(`${place} has no type.`)
    const description = checker.getDocumentationCommentOfSymbol(symbol)
    return { ...(description !== '' && { description }), ...write(type, place) }
  }

  function write(type: Type, place: string): JsonSchema {
    const { flags } = type
    if (flags & TypeFlags.Unknown) return {}
    if (flags & TypeFlags.String) return { type: 'string' }
    if (flags & TypeFlags.Number) return { type: 'number' }
    if (flags & TypeFlags.Boolean) return { type: 'boolean' }
    if (flags & TypeFlags.Null) return { type: 'null' }
    if (type.isLiteralType()) return { const: literal(type.value) }
    if (type.isUnionType()) return union(type.getTypes(), place)
    if (checker.isArrayType(type) && type.isTypeReference()) {
      const [element] = checker.getTypeArguments(type)
      if (element !== undefined) return { type: 'array', items: write(element, `${place}[]`) }
    }
    if (flags & (TypeFlags.Object | TypeFlags.Intersection)) return named(type, place)
    throw new Error(`${place}: JSON has no form for ${checker.typeToString(type)}.`)
  }

  function union(types: readonly Type[], place: string): JsonSchema {
    const members = types.filter(({ flags }) => !(flags & TypeFlags.Undefined))
    const literals = members.filter((type) => type.isLiteralType()).map(({ value }) => literal(value))
    const others = members.filter((type) => !type.isLiteralType()).map((type) => write(type, place))
    if (literals.includes(true) && literals.includes(false)) {
      others.push({ type: 'boolean' })
      literals.splice(0, literals.length, ...literals.filter((value) => typeof value !== 'boolean'))
    }
    if (literals.length > 0) others.unshift({ enum: literals.sort() })
    const [only, ...more] = others
    return only !== undefined && more.length === 0 ? only : anyOf(others)
  }

  function named(type: Type, place: string): JsonSchema {
    const name = nameOf(type)
    if (name === null) return object(type, place)
    const owner = owners.get(name)
    if (owner !== undefined && owner !== type.id) throw new Error(`${place}: two types are called ${name}.`)
    if (owner === undefined) {
      owners.set(name, type.id)
      definitions[name] = object(type, name)
    }
    return { $ref: `#/$defs/${name}` }
  }

  function object(type: Type, place: string): JsonSchema {
    if (checker.getSignaturesOfType(type, SignatureKind.Call).length > 0) throw new Error(`${place} is a function.`)
    const symbols = checker.getPropertiesOfType(type)
    const [index] = checker.getIndexInfosOfType(type)
    const description = type.getSymbol()?.getDocumentationComment(checker) ?? ''
    return {
      ...(description !== '' && { description }),
      type: 'object',
      properties: Object.fromEntries(
        symbols.map((symbol) => [symbol.name, property(symbol, `${place}.${symbol.name}`)]),
      ),
      required: symbols.filter(({ flags }) => !(flags & SymbolFlags.Optional)).map(({ name }) => name),
      additionalProperties: index === undefined ? false : write(index.valueType, `${place}.*`),
    }
  }

  return { definitions, property }
}

/** A choice, said as briefly as JSON Schema can. */
function anyOf(schemas: readonly JsonSchema[]): JsonSchema {
  const types = schemas.map((schema) => (Object.keys(schema).length === 1 ? schema.type : undefined))
  if (types.every((type) => type !== undefined)) return { type: types.sort() } as JsonSchema
  return { anyOf: [...schemas] }
}

/** The name of an interface of ours that stands for one type only. */
function nameOf(type: Type): string | null {
  const symbol = type.getSymbol()
  if (symbol === undefined || !(symbol.flags & SymbolFlags.Interface)) return null
  const isOurs = symbol.declarations.some(({ path }) => path.startsWith(SOURCES))
  return isOurs && type.getAliasTypeArguments().length === 0 ? symbol.name : null
}

function literal(value: string | number | boolean | bigint): string | number | boolean {
  if (typeof value === 'bigint') throw new Error(`JSON has no form for ${value}n.`)
  return value
}
