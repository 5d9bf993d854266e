import { Command } from 'commander'
import { DOCUMENTS } from '../render/formats.ts'
import type { Terminal } from '../render/terminal.ts'
import { atLeastOne, count } from './numbers.ts'
import {
  context,
  type Done,
  exitCodes,
  kubeconfig,
  onlyNamespace,
  outputFormat,
  slackwaterNamespace,
  stated,
} from './options.ts'
import type { RemoveOptions } from './remove.ts'

export function removeCommand(terminal: Terminal, done: Done): Command {
  return new Command('remove')
    .summary('remove what Slackwater injected from the workloads of a cluster')
    .description(
      'Removes the injected hooks, grace periods and records from the pod templates of workloads, as mode off does, ' +
        'and Slackwater’s labels from namespaces; what a user has changed since then stays. Each workload is ' +
        'rolled out once, in batches, and each batch is waited for. Uninstall the webhook first. Start with ' +
        '--dry-run.' +
        exitCodes('remove'),
    )
    .addOption(kubeconfig())
    .addOption(context())
    .addOption(onlyNamespace())
    .option('-A, --all-namespaces', 'all namespaces; -A or -n is required')
    .option(
      '-l, --selector <labels>',
      'only workloads with these labels; the labels of namespaces then stay',
      stated,
    )
    .option('--dry-run', 'show what would be removed from each; change nothing')
    .option('--batch <number>', 'number of workloads at a time', atLeastOne, 3)
    .option('--pause <seconds>', 'wait between two batches', count, 10)
    .option(
      '--timeout <seconds>',
      'time limit for a batch’s rollouts; no further batch is started after it',
      atLeastOne,
      600,
    )
    .option('--keep-labels', 'keep the readiness-gate labels of namespaces')
    .addOption(slackwaterNamespace())
    .option('-y, --yes', 'do not ask for confirmation; required if standard input is not a terminal')
    .addOption(outputFormat(DOCUMENTS))
    .action(async (options: RemoveOptions) => {
      const { runRemove } = await import('./remove.ts')
      done(await runRemove(options, terminal))
    })
}
