/** A script as a text again, which is cut into the same stages. */
import { NEW_TRANSACTION } from './directives.ts'
import type { Script, ScriptStage } from './script.ts'

/** `namespace` goes where the text names the one that it runs in; reading the text again takes it off. */
export function scriptText({ stages }: Pick<Script, 'stages'>, namespace: string): string {
  const quoted = `"${namespace.replaceAll('"', '""')}"`
  const parted = stages.map((stage) => stageText(stage, quoted)).join(NEW_TRANSACTION)
  // At either end one such line alone makes no stage.
  return `${isEmpty(stages[0]) ? NEW_TRANSACTION : ''}${parted}${isEmpty(stages.at(-1)) ? NEW_TRANSACTION : ''}`
}

function isEmpty(stage: ScriptStage | undefined): boolean {
  return stage !== undefined && stage.statements.length === 0
}

function stageText({ statements, batch }: ScriptStage, quoted: string): string {
  const size = batch?.size === null ? '' : ` ${batch?.size}`
  const directive = batch === undefined ? '' : `-- schema-saga: batch${size}\n`
  return directive + statements.map(({ sql }) => `${sql.join(quoted)};\n`).join('')
}
