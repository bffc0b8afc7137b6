/** The command line: `schema-saga <command>`. */
import { processSurroundings } from './commands/processIo.ts'
import { runProgram } from './commands/program.ts'

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

await runProgram(process.argv.slice(2), processSurroundings())
