import { Command, Option } from 'commander'
import { exitText, FAIL_ON } from '../judgement/exit.ts'
import { FORMATS } from '../render/formats.ts'
import type { Terminal } from '../render/terminal.ts'
import type { AuditOptions } from './audit.ts'

export function auditCommand(terminal: Terminal, done: (code: number) => void): Command {
  return new Command('audit')
    .summary('judge the workloads of a live cluster, with nothing installed')
    .description(
      'Reads a cluster with your kubeconfig and shows what report shows: which workloads are behind a load ' +
        'balancer, what Slackwater would change and why, and what running Pods lack. Nothing is installed, and ' +
        'nothing is changed. It needs get and list, and nothing else (docs/audit.md has the ClusterRole); what may ' +
        'not be listed is named, and the rest goes on. With --try it also needs patch: each change is sent as a ' +
        'server-side dry run.' +
        `\n\nExit codes (docs/input-and-output.md): ${exitText('audit')}.`,
    )
    .option('--kubeconfig <file>', 'path to the kubeconfig; default: KUBECONFIG or ~/.kube/config')
    .option('--context <name>', 'context of the kubeconfig to use')
    .addOption(
      new Option(
        '--contexts <names>',
        'several contexts, separated by commas: one result for all of them',
      ).conflicts('context'),
    )
    .addOption(new Option('-n, --namespace <name>', 'only this namespace').conflicts(['allNamespaces']))
    .option('-A, --all-namespaces', 'all namespaces; the default')
    .option('--settings <file>', 'file with the settings that an installation would have, YAML or JSON')
    .addOption(new Option('-o, --output <format>', 'output format').choices([...FORMATS]).default('text'))
    .addOption(
      new Option(
        '--fail-on <severity>',
        'exit with 1 for findings of this severity or above; accepted ones never count',
      )
        .choices([...FAIL_ON])
        .default('warning'),
    )
    .option(
      '--details',
      'text only: every workload behind a load balancer, with how it is reached, its terms and findings',
    )
    .option(
      '--try',
      'send each change as a server-side dry run, which stores nothing: shows what policies, quotas and validation would refuse or change back',
    )
    .option('-q, --quiet', 'no progress on standard error; without a terminal there is none')
    .action(async (options: AuditOptions) => {
      const { runAudit } = await import('./audit.ts')
      done(await runAudit(options, terminal))
    })
}
