/** How much memory a process holds while something runs. */
import { readFile } from 'node:fs/promises'

const EVERY_MS = 50
const RESIDENT = /^VmRSS:\s+(\d+) kB$/m

/** Runs the work and samples the process meanwhile; `bytes` is null where there is no /proc. */
export async function withPeakMemory<T>(
  pid: number,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly bytes: number | null }> {
  let bytes = await residentBytes(pid)
  const timer = setInterval(async () => {
    const now = await residentBytes(pid)
    if (now !== null) bytes = Math.max(bytes ?? 0, now)
  }, EVERY_MS)
  try {
    const result = await work()
    return { result, bytes }
  } finally {
    clearInterval(timer)
  }
}

async function residentBytes(pid: number): Promise<number | null> {
  try {
    const kilobytes = RESIDENT.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? null : Number(kilobytes) * 1_024
  } catch {
    return null
  }
}
