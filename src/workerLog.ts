/** What the Temporal SDK says in a process that runs a worker, and the end of its native part. */
import { DefaultLogger, makeTelemetryFilterString, Runtime, type RuntimeOptions } from '@temporalio/worker'
import { type Logger, pino } from 'pino'

/** Ends the native threads, which otherwise keep a process alive when no worker came up; harmless to repeat. */
export type ShutDownRuntime = () => Promise<void>

/** JSON lines on stderr, the SDK's own lines among them; must run before the first worker of the process. */
export function installWorkerLog(): { readonly log: Logger; readonly shutDown: ShutDownRuntime } {
  const log = pino({ name: 'schema-saga' }, pino.destination(2))
  const logger = new DefaultLogger('INFO', ({ level, message, meta }) => {
    const write = level === 'ERROR' ? log.error : level === 'WARN' ? log.warn : log.info
    write.call(log, meta ?? {}, message)
  })
  return { log, shutDown: install({ logger }, 'WARN') }
}

/** The worker of the embedded stack speaks up only when something is wrong, and leaves signals to the stack. */
export function installQuietWorkerLog(log: (line: string) => void): ShutDownRuntime {
  const logger = new DefaultLogger('ERROR', ({ message }) => log(message))
  return install({ logger, shutdownSignals: [] }, 'ERROR')
}

function install(options: RuntimeOptions, core: 'WARN' | 'ERROR'): ShutDownRuntime {
  const logging = { filter: makeTelemetryFilterString({ core }), forward: {} }
  const runtime = Runtime.install({ ...options, telemetryOptions: { logging } })
  return () => runtime.shutdown()
}
