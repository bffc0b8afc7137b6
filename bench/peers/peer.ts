/** What the benchmark asks of another tool. */

/** A number of namespaces with the schema of the benchmark, in a database of the peer's own. */
export interface PeerFleet {
  readonly url: string
  readonly namespaces: readonly string[]
  /** A folder for the files of this peer, empty at first. */
  readonly folder: string
}

/** A tool that is there, on one fleet: how to change all of it once more, and how to do the same with nothing left to do. */
export interface PreparedPeer {
  /** Adds the column of that round to every namespace; returns ms. Rounds count from 1. */
  readonly apply: (round: number) => Promise<number>
  /** Does it again, where nothing is left to do; returns ms. */
  readonly noop: (round: number) => Promise<number>
}

/** Another tool, or one way of running it. */
export interface Peer<Prepared extends PreparedPeer = PreparedPeer> {
  readonly name: string
  /** Makes sure that the tool is there; returns where. Throws one sentence when it cannot be had. */
  readonly install: (log: (line: string) => void) => Promise<string>
  /** Makes the fleet ready for it: its files, and its own tables as if it had always managed these namespaces. */
  readonly prepare: (installed: string, fleet: PeerFleet) => Promise<Prepared>
}

/** One that takes files of SQL as they are. */
export type FilePeer = Peer<PreparedFilePeer>

/** The same, which can be given several files in one go. */
export interface PreparedFilePeer extends PreparedPeer {
  /** Adds the columns of several rounds, a file each; returns ms. */
  readonly applyAll: (rounds: readonly number[]) => Promise<number>
}
