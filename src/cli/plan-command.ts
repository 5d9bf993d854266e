import { Command, Option } from 'commander'
import { FORMATS } from '../render/formats.ts'
import type { Terminal } from '../render/terminal.ts'
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
import type { PlanOptions } from './plan.ts'

export function planCommand(terminal: Terminal, done: Done): Command {
  return new Command('plan')
    .summary('show what would change in manifests, and why')
    .description(
      'Reads manifests and shows what Slackwater would change: a summary, one line for each workload, and each ' +
        'finding once. With --details, or if there is a single workload, it shows the timing budget behind every ' +
        'number and the diff. Changes nothing and contacts no cluster.' +
        exitCodes('plan'),
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
      '--details',
      'text only: every workload in full, with how it is reached, its timing, its terms, findings and diff',
    )
    .option('--patched', 'print the patched manifests instead, ready to commit: comments and order are kept')
    .option(
      '--write-to <folder>',
      'write the patched manifests to this folder, with all other files beside them; never over what is read',
    )
    .addOption(
      new Option(
        '--in-place',
        'write the patched manifests over the files they were read from; each is replaced as a whole',
      ).conflicts('writeTo'),
    )
    .option('--exit-code', 'exit with 1 also if something would change')
    .addOption(failOn())
    .action(async (options: PlanOptions) => {
      const { runPlan } = await import('./plan.ts')
      done(await runPlan(options, terminal))
    })
}
