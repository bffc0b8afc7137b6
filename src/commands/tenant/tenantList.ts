/** The file of `tenant add --file`: many new tenants. */
import type { SchemaSagaClient } from '../../client/types.ts'
import { readCsv, wrongLine } from './csv.ts'

/** Those that `addTenants` takes. */
type Listed = Parameters<SchemaSagaClient['addTenants']>[1][number]

const FORM = { columns: ['id', 'server', 'namespace'], needed: 'id', path: 'file' } as const

/**
 * Reads the list; `server` holds those whose line names none, and a namespace may be left out as well. Errors:
 * `INPUT_INVALID` with the line.
 */
export async function parseTenantList(text: string, server = ''): Promise<readonly Listed[]> {
  const lines = await readCsv(text, FORM)
  if (lines.length === 0)
    throw wrongLine(FORM, 1, 'Below the header a line for each tenant is expected, and there is none.')
  return lines.map(({ values, line }) => {
    const { id, namespace } = values
    const listed = { id, server: values.server || server }
    if (id === '') throw wrongLine(FORM, line, 'The tenant has no id.')
    if (listed.server === '') {
      throw wrongLine(FORM, line, `No server is named for tenant "${id}", and --server is not given.`)
    }
    return namespace === '' ? listed : { ...listed, namespace }
  })
}
