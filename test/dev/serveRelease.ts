/** A stand-in for the host that the Temporal SDK downloads its servers from. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

export interface ReleaseHost {
  readonly url: string
  /** The paths that were asked for. */
  readonly asked: readonly string[]
  readonly close: () => void
}

/** Serves a shell script as the one file of a release. */
export async function serveRelease(folder: string, name: string, script: string): Promise<ReleaseHost> {
  await mkdir(join(folder, 'inner'), { recursive: true })
  await writeFile(join(folder, 'inner', name), `#!/bin/sh\n${script}\n`)
  await chmod(join(folder, 'inner', name), 0o755)
  execFileSync('tar', ['-czf', join(folder, 'release.tar.gz'), '-C', folder, 'inner'])
  const archive = await readFile(join(folder, 'release.tar.gz'))
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const info = { archiveUrl: `${address(server)}/release.tar.gz`, fileToExtract: `inner/${name}` }
    response.end(request.url?.endsWith('.tar.gz') === true ? archive : JSON.stringify(info))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const close = (): void => {
    server.closeAllConnections()
    server.close()
  }
  return { url: address(server), asked, close }
}

function address(server: ReturnType<typeof createServer>): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
