import { Command, CommanderError } from 'commander'
import packageJson from '../../package.json' with { type: 'json' }
import { printableLines } from '../core/model/printable.ts'
import { EXIT } from '../judgement/exit.ts'
import type { Terminal } from '../render/terminal.ts'
import { auditCommand } from './audit-command.ts'
import { completionCommand } from './completion-command.ts'
import { withExamples } from './examples.ts'
import { explainCommand } from './explain-command.ts'
import { handoverCommand } from './handover-command.ts'
import { lintCommand } from './lint-command.ts'
import { measureCommand } from './measure-command.ts'
import type { Done } from './options.ts'
import { planCommand } from './plan-command.ts'
import { removeCommand } from './remove-command.ts'
import { reportCommand } from './report-command.ts'
import { serveCommand } from './serve-command.ts'
import { versionCommand } from './version-command.ts'

/**
 * The command line. Each command is imported when it is called, so that `--help` loads neither the web server
 * nor the YAML parser.
 * @param calledAs the name of the program's file: kubectl finds a plugin and its completion by theirs.
 * @returns the exit code.
 */
export async function runProgram(
  argv: readonly string[],
  terminal: Terminal,
  calledAs = 'slackwater',
): Promise<number> {
  let exitCode: number = EXIT.ok
  const program = programOf(terminal, calledAs, (code) => {
    exitCode = code
  })
  const words = calledAs === PLUGIN_COMPLETION ? [COMPLETE, ...argv] : argv
  if (words[0] === COMPLETE) return await complete(program, words.slice(1), terminal)
  try {
    // Without a word, the help is what was asked for, as of kubectl and gh: commander would take it for an error.
    await program.parseAsync(words.length === 0 ? ['--help'] : known(program, words), { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? EXIT.ok : EXIT.badInput
  }
  return exitCode
}

/** Of `help WORD`, a word that is no command is the mistake to name: commander would show the whole help. */
function known({ commands }: Command, words: readonly string[]): string[] {
  const [first, second = 'help'] = words
  const isHelp = first === 'help' && [...commands.map((one) => one.name()), 'help'].includes(second)
  return first === 'help' && !isHelp && !second.startsWith('-') ? words.slice(1) : [...words]
}

/** What the completion scripts call, in the words of cobra. No command of the help: nobody types it. */
const COMPLETE = '__complete'
/** The program that kubectl asks for the words after `kubectl slackwater`. */
const PLUGIN_COMPLETION = 'kubectl_complete-slackwater'

async function complete(program: Command, words: readonly string[], terminal: Terminal): Promise<number> {
  const { answerCompletion } = await import('./complete.ts')
  terminal.out(answerCompletion(program, words))
  return EXIT.ok
}

/** The most frequent mistake of all: a path without its option, as other linters take it. */
const PATH_ALONE = "error: too many arguments for 'plan'"
const WITH_F = '(give files and folders with -f)\n'

/** The commands with their options, before any is called. */
export function programOf(terminal: Terminal, calledAs: string, done: Done): Command {
  const program = new Command(calledAs === 'kubectl-slackwater' ? 'kubectl slackwater' : 'slackwater')
    .description('Rolling updates on Amazon EKS behind an ALB or NLB lose no request.')
    .version(packageJson.version)
    .configureOutput({
      writeOut: terminal.out,
      writeErr: (text) => terminal.err(printableLines(text)),
      outputError: (text, write) => write(text.startsWith(PATH_ALONE) ? `${text}${WITH_F}` : text),
    })
    .configureHelp({ helpWidth: Math.min(terminal.width, 100) })
    .showHelpAfterError('(see --help)')
    .exitOverride()
  program.addCommand(inherit(planCommand(terminal, done), program))
  program.addCommand(inherit(lintCommand(terminal, done), program))
  program.addCommand(inherit(serveCommand(terminal, done), program))
  program.addCommand(inherit(reportCommand(terminal, done), program))
  program.addCommand(inherit(auditCommand(terminal, done), program))
  program.addCommand(inherit(explainCommand(terminal, done), program))
  program.addCommand(inherit(handoverCommand(terminal, done), program))
  program.addCommand(inherit(measureCommand(terminal, done), program))
  program.addCommand(inherit(removeCommand(terminal, done), program))
  program.addCommand(inherit(completionCommand(terminal, done), program))
  program.addCommand(inherit(versionCommand(terminal, done), program))
  return withExamples(program)
}

const inherit = (command: Command, parent: Command): Command =>
  withExamples(command.copyInheritedSettings(parent))
