/** Downloads a released server the way the Temporal SDK does, but gives up in seconds where the host is blocked. */
import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { chmod, mkdir, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { promisify } from 'node:util'
import { type Log, withProgress } from './progress.ts'

/** What to download, and where to put its executable. */
export interface Release {
  /** The host's name for it: `cli` or `temporal-test-server`. */
  readonly artifact: string
  readonly folder: string
  readonly executable: string
  readonly host: string
  readonly label: string
  readonly log: Log
}

/** The host that the Temporal SDKs download their servers from. */
export const DOWNLOAD_HOST = 'https://temporal.download'

const PROBE_MS = 3_000
const DOWNLOAD_MS = 10 * 60_000
const run = promisify(execFile)

interface ReleaseInfo {
  readonly archiveUrl: string
  readonly fileToExtract: string
}

/** Puts the release's executable into the folder and returns null, or returns why it cannot be had. */
export async function downloadRelease(release: Release): Promise<string | null> {
  const unpacked = join(release.folder, 'unpacked')
  try {
    const info = await askForRelease(release)
    await mkdir(unpacked)
    await withProgress(release.label, release.log, () => downloadAndUnpack(info.archiveUrl, unpacked))
    const executable = join(release.folder, release.executable)
    await rename(join(unpacked, info.fileToExtract), executable)
    await chmod(executable, 0o755)
    return null
  } catch (error) {
    return reasonOf(error)
  } finally {
    await rm(unpacked, { recursive: true, force: true })
  }
}

async function askForRelease({ artifact, host }: Release): Promise<ReleaseInfo> {
  const url = new URL(`/${artifact}/default`, host)
  url.searchParams.set('platform', process.platform === 'darwin' ? 'darwin' : 'linux')
  url.searchParams.set('arch', process.arch === 'arm64' ? 'arm64' : 'amd64')
  // As the SDK asks: the test server is packed in one way only.
  if (artifact === 'cli') url.searchParams.set('format', 'tar.gz')
  url.searchParams.set('sdk-name', 'sdk-typescript')
  url.searchParams.set('sdk-version', sdkVersion())
  const answer = await fetch(url, { signal: AbortSignal.timeout(PROBE_MS) })
  if (!answer.ok) throw new Error(`HTTP status ${answer.status}`)
  return (await answer.json()) as ReleaseInfo
}

function sdkVersion(): string {
  const sdk = createRequire(import.meta.url)('@temporalio/client/package.json') as { readonly version: string }
  return sdk.version
}

async function downloadAndUnpack(url: string, folder: string): Promise<void> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_MS) })
  if (!answer.ok || answer.body === null) throw new Error(`HTTP status ${answer.status}`)
  const archive = join(folder, 'archive.tar.gz')
  await pipeline(Readable.fromWeb(answer.body as ReadableStream), createWriteStream(archive))
  await run('tar', ['-xzf', archive, '-C', folder])
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause
  if (cause instanceof Error) return (cause as NodeJS.ErrnoException).code ?? cause.message
  return error.message
}
