/** The command line of the benchmark. */
import { Command, InvalidArgumentError } from 'commander'

/** What to measure. */
export interface Flags {
  readonly fleets: readonly number[]
  readonly peers: boolean
  /** A folder of migrations instead of one column. */
  readonly folder: boolean
  /** False: Postgres does not wait for the disk. */
  readonly durable: boolean
  /** Whether the README and the recorded JSON file get the results. */
  readonly record: boolean
}

const FLEETS = [100, 1_000, 10_000]

/** Peers need minutes for a thousand. */
const PEER_FLEETS = [300, 1_000]

/** Parses the arguments; `--help` and mistakes end the process. */
export function readFlags(argv: readonly string[]): Flags {
  const command = new Command('npm run bench --')
    .option(
      '--n <list>',
      'numbers of namespaces, separated by commas (100,1000,10000; with peers, or a folder, 300,1000)',
      numbers,
    )
    .option('--peers', 'measure other tools beside us; they are installed into the cache folder')
    .option('--folder', 'measure a folder of ten pending migrations instead, beside the peers that take files of SQL')
    .option('--no-fsync', 'let Postgres not wait for the disk, for everybody')
    .option('--record', 'put the results into bench/README.md and bench/results')
    .addHelpText('after', '\nExample: npm run bench -- --n 100,1000')
    .parse(['node', 'bench', ...argv])
  const {
    n,
    peers = false,
    folder = false,
    fsync,
    record = false,
  } = command.opts<{
    n?: readonly number[]
    peers?: boolean
    folder?: boolean
    fsync: boolean
    record?: boolean
  }>()
  return { fleets: n ?? (peers || folder ? PEER_FLEETS : FLEETS), peers, folder, durable: fsync, record }
}

function numbers(text: string): readonly number[] {
  const values = text.split(',').map(Number)
  if (values.every((each) => Number.isSafeInteger(each) && each > 0 && each <= 99_999)) return values
  throw new InvalidArgumentError('It must be whole numbers from 1 to 99999, separated by commas.')
}
