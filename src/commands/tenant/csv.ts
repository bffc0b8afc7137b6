/** Files of comma-separated values whose first line names their columns. */
import { InputInvalid } from '../../errors.ts'

/** The columns that a file may have, those that it must have, and what the file is called in a path. */
export interface CsvForm<Column extends string> {
  readonly columns: readonly Column[]
  readonly needed: Column
  readonly path: string
}

/** One line of the file, and its number; a value that is not there is empty. */
export interface CsvLine<Column extends string> {
  readonly values: Readonly<Record<Column, string>>
  readonly line: number
}

/** Lines may end in either way, and before their last value. */
const LOOSE = {
  record_delimiter: ['\r\n', '\n', '\r'],
  relax_column_count_less: true,
  skip_empty_lines: true,
  trim: true,
}

/** Reads it: columns in any order, values in quotes where they hold commas. Errors: `INPUT_INVALID` with the line. */
export async function readCsv<Column extends string>(
  text: string,
  form: CsvForm<Column>,
): Promise<readonly CsvLine<Column>[]> {
  // Loaded late, so that other commands answer at once.
  const { CsvError, parse } = await import('csv-parse/sync')
  if (text.trim() === '') throw wrongLine(form, 1, `The header is to be ${form.columns.join(',')}, and there is none.`)
  const columns = (names: readonly string[]): string[] => soundHeader(names, form)
  const options = { bom: true, columns, info: true, ...LOOSE }
  try {
    const lines = parse(text, options) as unknown as readonly { record: object; info: { lines: number } }[]
    const empty = Object.fromEntries(form.columns.map((column) => [column, '']))
    return lines.map(({ record, info }) => ({
      values: { ...empty, ...record } as Record<Column, string>,
      line: info.lines,
    }))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = typeof error.lines === 'number' ? error.lines : 1
    throw wrongLine(form, line, `It cannot be read as comma-separated values: ${error.message}.`)
  }
}

/** What is wrong with a line. */
export function wrongLine({ path }: Pick<CsvForm<string>, 'path'>, line: number, what: string): InputInvalid {
  return new InputInvalid('INPUT_INVALID', `Line ${line} of the file: ${what}`, { path: `${path}:${line}` })
}

/** A misspelt column must not mean that it was left out. */
function soundHeader(names: readonly string[], form: CsvForm<string>): string[] {
  const header = `The header is to be ${form.columns.join(',')}`
  const unknown = names.find((name) => !form.columns.includes(name))
  if (unknown !== undefined) throw wrongLine(form, 1, `${header}; a column "${unknown}" is not known.`)
  if (!names.includes(form.needed)) throw wrongLine(form, 1, `${header}, and names no column "${form.needed}".`)
  return [...names]
}
