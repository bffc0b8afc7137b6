/** A way to a Postgres that breaks when one message has done its work, and before anybody has heard of it. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A proxy in front of a server. */
export interface Cutter {
  /** The server's URL by way of the proxy. */
  readonly url: string
  /** The answer to the next message that holds this text gets lost, and its connection with it. */
  readonly cutAfter: (text: string) => void
  readonly cuts: () => number
  readonly close: () => Promise<void>
}

/** What Postgres says last, once a transaction of its own is committed: ready for the next query. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49])

/** Starts a proxy to the server of that URL. */
export async function startCutter(to: string): Promise<Cutter> {
  const { hostname, port } = new URL(to)
  const state = { text: '', cuts: 0 }
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    const end = (): void => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('error', end).once('close', () => {
        open.delete(socket)
        end()
      })
    }
    let isDoomed = false
    client.on('data', (message) => {
      if (state.text !== '' && message.includes(state.text)) {
        state.text = ''
        isDoomed = true
      }
      upstream.write(message)
    })
    upstream.on('data', (answer) => {
      if (!isDoomed) client.write(answer)
      else if (answer.subarray(-READY.length).equals(READY)) {
        state.cuts += 1
        end()
      }
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(to)
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: url.href,
    cutAfter: (text) => {
      state.text = text
    },
    cuts: () => state.cuts,
    close: async () => {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
