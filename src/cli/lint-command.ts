import { Command, Option } from 'commander'
import { exitText, FAIL_ON } from '../judgement/exit.ts'
import { FORMATS } from '../render/formats.ts'
import type { Terminal } from '../render/terminal.ts'
import type { LintOptions } from './lint.ts'

export function lintCommand(terminal: Terminal, done: (code: number) => void): Command {
  return new Command('lint')
    .summary('check manifests in CI: findings by file and line')
    .description(
      'Reads manifests and prints the findings of plan, without budgets and diffs: one line for each, with file and ' +
        'line, or in the format of a CI system. Findings that Slackwater fixes when the objects are applied are ' +
        'marked, and do not count. Changes nothing and contacts no cluster.' +
        `\n\nExit codes (docs/input-and-output.md): ${exitText('lint')}.`,
    )
    .requiredOption(
      '-f, --filename <path...>',
      'files, folders, or - for standard input; no pipes or devices',
    )
    .option('-n, --namespace <name>', 'namespace of objects that name none', 'default')
    .addOption(new Option('-o, --output <format>', 'output format').choices([...FORMATS]).default('text'))
    .option('--settings <file>', 'file with the installation settings, YAML or JSON')
    .option(
      '--assume-default-class <name>',
      'class of an Ingress that names none, if the manifests contain no default IngressClass (alb)',
    )
    .option(
      '--without-slackwater',
      'judge the files for a cluster without Slackwater: what it would fix counts, too',
    )
    .addOption(
      new Option(
        '--fail-on <severity>',
        'exit with 1 for findings of this severity or above; accepted ones never count',
      )
        .choices([...FAIL_ON])
        .default('warning'),
    )
    .action(async (options: LintOptions) => {
      const { runLint } = await import('./lint.ts')
      done(await runLint(options, terminal))
    })
}
