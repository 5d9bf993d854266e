import { Argument, Command, Option } from 'commander'
import { exitText } from '../judgement/exit.ts'
import type { Terminal } from '../render/terminal.ts'
import type { ExplainOptions } from './explained.ts'

/** What a command hands its exit code to. */
export type Done = (code: number) => void

export function explainCommand(terminal: Terminal, done: Done): Command {
  return new Command('explain')
    .summary('explain one workload on one screen, or what a finding means')
    .description(
      'With KIND/NAME, as kubectl takes them (deployment/web, deploy web, sts/db, rollout/api): how one workload is ' +
        'reached from its load balancers, how its Pods terminate, the sleep and the grace period that it needs with ' +
        'the origin of every term, its findings with the fix to paste, what would change, and what its running Pods ' +
        'lack. It reads the cluster with your kubeconfig, which needs get and list and nothing else, or with -f ' +
        'manifests. With the id of a finding, a concern or a notice (prestop-missing), it prints the page about it. ' +
        'Changes nothing.\n\nExit codes (docs/input-and-output.md): ' +
        `${exitText('explain')}.`,
    )
    .addArgument(new Argument('[words...]', 'KIND/NAME, or the id of a finding').argOptional())
    .option('-f, --filename <path...>', 'files, folders, or - for standard input, instead of a cluster')
    .addOption(
      new Option(
        '--kubeconfig <file>',
        'path to the kubeconfig; default: KUBECONFIG or ~/.kube/config',
      ).conflicts('filename'),
    )
    .addOption(new Option('--context <name>', 'context of the kubeconfig to use').conflicts('filename'))
    .option(
      '-n, --namespace <name>',
      'namespace of the workload; default: that of the context. With -f: of objects that name none',
    )
    .addOption(
      new Option('-o, --output <format>', 'output format').choices(['text', 'json', 'yaml']).default('text'),
    )
    .option('--settings <file>', 'file with the installation settings, YAML or JSON')
    .option(
      '--assume-default-class <name>',
      'with -f: class of an Ingress that names none, if the manifests contain no default IngressClass (alb)',
    )
    .action(async (words: readonly string[], options: ExplainOptions) => {
      const { runExplain } = await import('./explain.ts')
      done(await runExplain(words, options, terminal))
    })
}

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
