import { Command } from 'commander'
import { FORMATS } from '../render/formats.ts'
import type { Terminal } from '../render/terminal.ts'
import type { LintOptions } from './lint.ts'
import {
  assumeDefaultClass,
  type Done,
  exitCodes,
  failOn,
  filename,
  helmValues,
  installationSettings,
  kubeVersion,
  kustomize,
  outputFormat,
  render,
  unnamedNamespace,
} from './options.ts'

export function lintCommand(terminal: Terminal, done: Done): Command {
  return new Command('lint')
    .summary('check manifests in CI: findings by file and line')
    .description(
      'Reads manifests and prints the findings of plan, without budgets and diffs: one line for each, with file and ' +
        'line, or in the format of a CI system. Findings that Slackwater fixes when the objects are applied are ' +
        'marked, and do not count. Changes nothing and contacts no cluster.' +
        exitCodes('lint'),
    )
    .argument('[changed...]', 'with --top-folders: files that have changed')
    .option(
      '--top-folders',
      'read the whole top folder of each file that is named (deploy for deploy/shop/web.yaml): for hooks that are given the files of a commit',
    )
    .addOption(filename())
    .addOption(kustomize())
    .addOption(render())
    .addOption(helmValues())
    .addOption(kubeVersion())
    .addOption(unnamedNamespace())
    .addOption(outputFormat(FORMATS))
    .addOption(installationSettings())
    .addOption(assumeDefaultClass())
    .option(
      '--without-slackwater',
      'judge the files for a cluster without Slackwater: what it would fix counts, too',
    )
    .addOption(failOn())
    .action(async (changed: readonly string[], options: LintOptions) => {
      const { runLint } = await import('./lint.ts')
      done(await runLint(changed, options, terminal))
    })
}
