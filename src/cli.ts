/** The command line: `schema-saga <command>`. */
import { processSurroundings } from './commands/processSurroundings.ts'
import { runProgram } from './commands/program.ts'

await runProgram(process.argv.slice(2), processSurroundings())
