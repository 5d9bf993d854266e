import { Command } from 'commander'
import { FORMATS } from '../render/formats.ts'
import type { Terminal } from '../render/terminal.ts'
import {
  address,
  context,
  type Done,
  exitCodes,
  failOn,
  kubeconfig,
  onlyNamespace,
  outputFormat,
  reportPort,
  slackwaterNamespace,
} from './options.ts'
import type { ReportOptions } from './report.ts'

export function reportCommand(terminal: Terminal, done: Done): Command {
  return new Command('report')
    .summary('show what a running Slackwater sees, would change, and cannot fix')
    .description(
      'Fetches the report of a running Slackwater: which workloads are behind a load balancer, what it would ' +
        'change and why, which running Pods have no hook or no readiness gate, and which updates the API server ' +
        'would refuse if Slackwater were unavailable. The connection goes through the API server and needs the ' +
        'right to forward ports to its Pods; inside one of them (kubectl exec) that Pod answers. Changes nothing.' +
        exitCodes('report'),
    )
    .addOption(kubeconfig())
    .addOption(context())
    .addOption(address().conflicts(['kubeconfig', 'context', 'slackwaterNamespace']))
    .addOption(slackwaterNamespace())
    .addOption(reportPort())
    .addOption(onlyNamespace())
    .option('-A, --all-namespaces', 'all namespaces; the default')
    .addOption(outputFormat(FORMATS))
    .addOption(failOn())
    .option(
      '--details',
      'text only: every workload behind a load balancer, with how it is reached, its terms and findings',
    )
    .action(async (options: ReportOptions) => {
      const { runReport } = await import('./report.ts')
      done(await runReport(options, terminal))
    })
}
