/** Everything that a public signature names can be imported by whoever uses it. */
import { fileURLToPath } from 'node:url'
import { type Node, SyntaxKind } from 'typescript/unstable/ast'
import { API, type Project, SymbolFlags, type Symbol as TsSymbol } from 'typescript/unstable/sync'
import { afterAll, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SOURCES = `${ROOT}src/`
const ENTRIES = ['index.ts', 'worker.ts', 'testing.ts']
/** Interfaces of which each member is named by its key, `MutationInputs['add_field']`: the types of members need no name. */
const BY_KEY = ['MutationInputs']
/** What runs, as opposed to what is promised. */
const HIDDEN: readonly SyntaxKind[] = [SyntaxKind.Block, SyntaxKind.PrivateKeyword, SyntaxKind.JSDoc]

const api = new API()
afterAll(() => api.close())

function open(): Project {
  const [project] = api.updateSnapshot({ openProjects: [`${ROOT}tsconfig.build.json`] }).getProjects()
  if (project === undefined) throw new Error('tsconfig.build.json is no project.')
  return project
}

const project = open()
const { checker, program } = project

/** What the alias of an import or an export stands for. */
function meant(symbol: TsSymbol): TsSymbol {
  return symbol.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

function exportsOf(entry: string): readonly TsSymbol[] {
  const file = program.getSourceFile(`${SOURCES}${entry}`)
  const module = file && checker.getSymbolAtLocation(file)
  if (module === undefined) throw new Error(`${entry} is no module.`)
  return checker.getExportsOfModule(module).map(meant)
}

/** Types of ours that the declaration names; a type's own parameters are none. */
function typesNamedBy(symbol: TsSymbol): readonly TsSymbol[] {
  const named: TsSymbol[] = []
  const visit = (node: Node): void => {
    if (HIDDEN.includes(node.kind) || isPrivate(node)) return
    if (node.kind === SyntaxKind.TypeReference || node.kind === SyntaxKind.ExpressionWithTypeArguments) {
      const found = ourType(node)
      if (found !== null) named.push(found)
    }
    if (node.kind === SyntaxKind.VariableDeclaration) typeOfVariable(node, visit)
    else node.forEachChild(visit)
  }
  for (const declaration of symbol.declarations) {
    const node = declaration.path.startsWith(SOURCES) ? declaration.resolve(project) : undefined
    if (node !== undefined) visit(node)
  }
  return named
}

/** Of a constant its type is promised, not what it is made of. */
function typeOfVariable(node: Node, visit: (node: Node) => void): void {
  const { type } = node as Node & { readonly type?: Node }
  if (type !== undefined) visit(type)
}

function isPrivate(node: Node): boolean {
  const { modifiers } = node as Node & { readonly modifiers?: readonly Node[] }
  return (modifiers ?? []).some(({ kind }) => kind === SyntaxKind.PrivateKeyword)
}

function ourType(node: Node): TsSymbol | null {
  const { typeName, expression } = node as Node & { readonly typeName?: Node; readonly expression?: Node }
  const name = typeName ?? expression
  const symbol = name?.kind === SyntaxKind.Identifier ? checker.getSymbolAtLocation(name) : undefined
  if (symbol === undefined) return null
  const target = meant(symbol)
  if (target.flags & SymbolFlags.TypeParameter) return null
  return target.declarations.some(({ path }) => path.startsWith(SOURCES)) ? target : null
}

test('each export of an entry says what it is', () => {
  const silent = ENTRIES.flatMap(exportsOf).filter((symbol) => checker.getDocumentationCommentOfSymbol(symbol) === '')
  expect(silent.map(({ name }) => name)).toEqual([])
})

test('each type of ours in a public signature is exported by an entry', () => {
  const all = ENTRIES.flatMap(exportsOf)
  const exported = new Set(all.map(({ id }) => id))
  const members = all.filter(({ name }) => BY_KEY.includes(name)).flatMap(typesNamedBy)
  for (const { id } of members) exported.add(id)
  const missing = [...all, ...members].flatMap((symbol) =>
    typesNamedBy(symbol)
      .filter(({ id }) => !exported.has(id))
      .map(({ name }) => `${name}, which ${symbol.name} names`),
  )
  expect(all.length).toBeGreaterThan(100)
  expect([...new Set(missing)].sort()).toEqual([])
})
