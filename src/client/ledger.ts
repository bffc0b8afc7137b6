/** Operations as the catalog knows them: a program that only reads needs neither Temporal nor a worker. */
import type pg from 'pg'
import { type Config, readConfig } from '../config.ts'
import type { OperationDocument } from '../contract.ts'
import { RequestRefused, SurroundingsMissing } from '../errors.ts'
import {
  listOperationDocuments,
  listRepairableDocuments,
  readOperationDocument,
} from '../postgres/catalog/operations/documents.ts'
import { createCatalogPool } from '../postgres/catalog/pool.ts'
import { requireProject } from '../postgres/catalog/projects/projects.ts'
import { listServers } from '../postgres/catalog/projects/servers.ts'
import { tellingWords } from './keptWords.ts'
import { type ReaderMethods, readerMethods } from './readers.ts'
import type { SchemaSagaClient } from './types.ts'

/** The ledger in the catalog, for programs that read it. */
export interface SystemStore extends ReaderMethods, Pick<SchemaSagaClient, 'listRepairable' | 'listOperations'> {
  /** Errors: `OPERATION_NOT_FOUND`. */
  readonly readOperation: (id: string) => Promise<OperationDocument>
  /** Ends its connections. */
  readonly close: () => Promise<void>
}

/**
 * Opens the catalog of the settings and nothing else; null when its database has no ledger. Errors:
 * `CATALOG_UNREACHABLE`, `SETTING_INVALID`.
 */
export async function storeFromSystemDriver(options: { readonly config?: Config } = {}): Promise<SystemStore | null> {
  const { catalogUrl } = options.config ?? readConfig()
  const catalog = createCatalogPool(catalogUrl)
  try {
    await listServers(catalog)
  } catch (error) {
    await catalog.end()
    if (error instanceof SurroundingsMissing && error.code === 'NOT_INITIALISED') return null
    throw error
  }
  return tellingWords(catalog, {
    ...ledgerMethods(catalog),
    ...readerMethods(catalog),
    readOperation: async (id) => {
      const document = await readOperationDocument(catalog, id)
      if (document === null) throw new RequestRefused('OPERATION_NOT_FOUND', `Operation "${id}" does not exist.`)
      return document
    },
    close: () => catalog.end(),
  })
}

/** The client's lists of operations. */
export function ledgerMethods(catalog: pg.Pool): Pick<SchemaSagaClient, 'listRepairable' | 'listOperations'> {
  return {
    listRepairable: async (project, filter = {}) => {
      await requireProject(catalog, project)
      return await listRepairableDocuments(catalog, project, filter)
    },
    listOperations: async (project, filter = {}) => {
      await requireProject(catalog, project)
      return await listOperationDocuments(catalog, project, filter)
    },
  }
}
