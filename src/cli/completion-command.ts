import { Argument, Command } from 'commander'
import type { Terminal } from '../render/terminal.ts'
import type { Done } from './options.ts'

export function completionCommand(terminal: Terminal, done: Done): Command {
  return new Command('completion')
    .summary('print the completion script of a shell')
    .description(
      'Prints a script that completes commands, options, their values and files. Put the line for your shell into its ' +
        'startup file.',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { COMPLETION_SCRIPTS } = await import('../completion/scripts.ts')
      terminal.out(COMPLETION_SCRIPTS[shell])
      done(0)
    })
}
