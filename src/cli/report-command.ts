import { Command, Option } from 'commander'
import { FORMATS } from '../render/formats.ts'
import type { Terminal } from '../render/terminal.ts'
import { port } from './numbers.ts'
import { context, type Done, exitCodes, failOn, kubeconfig, onlyNamespace, outputFormat } from './options.ts'
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
    .addOption(
      new Option('--address <host:port>', 'report port of a slackwater serve on this machine').conflicts([
        'kubeconfig',
        'context',
        'slackwaterNamespace',
      ]),
    )
    .option('--slackwater-namespace <name>', 'namespace in which Slackwater runs', 'slackwater-system')
    .option('--report-port <number>', 'report port of its Pods', port, 8081)
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
