/** What a standby is for its primary: a session that fetches the log, and says how far it has replayed. */
import pg from 'pg'

/** A standby that has replayed nothing of what comes after it began. */
export interface Standby {
  /** Says that it has replayed all that was written so far. */
  readonly catchUp: () => Promise<void>
  readonly close: () => Promise<void>
}

/** The messages of replication, which the driver passes on and its types do not know. */
interface Replication {
  readonly once: (event: 'replicationStart', heard: () => void) => void
  readonly on: (event: 'copyData', heard: () => void) => void
  readonly removeAllListeners: (event: 'copyData') => void
  readonly sendCopyFromChunk: (chunk: Buffer) => void
}

/** Connects to the server of that URL as a standby of that name. */
export async function startStandby(url: string, name: string): Promise<Standby> {
  const asked = new pg.Client({ connectionString: url })
  asked.on('error', () => {})
  await asked.connect()
  const now = async (): Promise<{ text: string; position: string }> => {
    const { rows } = await asked.query(
      `select pg_current_wal_lsn()::text as text, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::text as position`,
    )
    return rows[0]
  }
  const config = { connectionString: url, application_name: name, replication: 'true' } as pg.ClientConfig
  const fetching = new pg.Client(config)
  fetching.on('error', () => {})
  await fetching.connect()
  const { connection } = fetching as unknown as { connection: Replication }
  // What is fetched is of no interest.
  connection.removeAllListeners('copyData')
  connection.on('copyData', () => {})
  const say = (position: string): void => connection.sendCopyFromChunk(status(BigInt(position)))
  const { text, position } = await now()
  const started = new Promise<void>((resolve) => connection.once('replicationStart', resolve))
  fetching.query(`START_REPLICATION PHYSICAL ${text}`).catch(() => {})
  await started
  say(position)
  let closed: Promise<unknown> | undefined
  return {
    catchUp: async () => say((await now()).position),
    close: async () => {
      closed ??= Promise.all([asked.end(), fetching.end()])
      await closed
    },
  }
}

/** Written, flushed and replayed up to there; the clock is nobody's concern, and no answer is asked for. */
function status(position: bigint): Buffer {
  const message = Buffer.alloc(34)
  message.write('r')
  for (const offset of [1, 9, 17]) message.writeBigUInt64BE(position, offset)
  return message
}
