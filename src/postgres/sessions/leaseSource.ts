/** Who says how many sessions of a server this process may have. */
import type { Server } from './servers.ts'

/** What a process says of itself when it asks for sessions of a server, all in sessions. */
export interface LeaseRequest {
  /** In use and in line. */
  readonly wanted: number
  /** Those that it cannot give back at this moment; whatever the answer, the lease goes on covering them. */
  readonly kept: number
}

/** What it gets. */
export interface LeaseGrant {
  /** Sessions that may be used from now on. */
  readonly limit: number
  /** Sessions that the lease covers: more than `limit` while some are still to be given back. */
  readonly covered: number
  /** The whole budget of the server: to want more is of no use. */
  readonly budget: number
  /** Counted from when the request was sent, in milliseconds. */
  readonly validMs: number
}

/** Where leases come from. */
export interface LeaseSource {
  readonly lease: (server: Server, request: LeaseRequest) => Promise<LeaseGrant>
}

/** For a process that is alone: all sessions of the server's entry are its own, for ever. */
export function localLeases(): LeaseSource {
  return {
    lease: async ({ maxSessions }, { wanted, kept }) => ({
      limit: Math.min(wanted, maxSessions),
      covered: Math.max(kept, Math.min(wanted, maxSessions)),
      budget: maxSessions,
      validMs: Number.POSITIVE_INFINITY,
    }),
  }
}
