import { Option } from 'commander'
import { FORMATS } from '../../migrations/migration.ts'

/** `--format`. */
export function formatFlag(): Option {
  return new Option('--format <format>', 'which tool wrote the folder (default: found by looking)').choices(FORMATS)
}
