import { Argument, Command } from 'commander'
import type { Terminal } from '../render/terminal.ts'
import type { Done } from './options.ts'

export function completionCommand(terminal: Terminal, done: Done): Command {
  return new Command('completion')
    .summary('print the completion script of a shell')
    .description(
      'Prints a script that completes commands, options, their values and files:\n\n' +
        '  bash:  source <(slackwater completion bash)\n' +
        '  zsh:   source <(slackwater completion zsh)\n' +
        '  fish:  slackwater completion fish | source\n\n' +
        'Put the line into ~/.bashrc, into ~/.zshrc after compinit, or into ~/.config/fish/config.fish.',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { COMPLETION_SCRIPTS } = await import('../completion/scripts.ts')
      terminal.out(COMPLETION_SCRIPTS[shell])
      done(0)
    })
}
