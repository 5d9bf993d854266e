import { Command, Option } from 'commander'
import { FORMATS } from '../render/formats.ts'
import type { Terminal } from '../render/terminal.ts'
import type { AuditOptions } from './audit.ts'
import { context, type Done, exitCodes, failOn, kubeconfig, onlyNamespace, outputFormat } from './options.ts'

export function auditCommand(terminal: Terminal, done: Done): Command {
  return new Command('audit')
    .summary('judge the workloads of a live cluster, with nothing installed')
    .description(
      'Reads a cluster with your kubeconfig and shows what report shows: which workloads are behind a load ' +
        'balancer, what Slackwater would change and why, and what running Pods lack. Nothing is installed, and ' +
        'nothing is changed. It needs get and list, and nothing else (docs/audit.md has the ClusterRole); what may ' +
        'not be listed is named, and the rest goes on. With --try it also needs patch: each change is sent as a ' +
        'server-side dry run. With --aws, what AWS answers counts more than what Ingresses and Services declare.' +
        exitCodes('audit'),
    )
    .addOption(kubeconfig())
    .addOption(context())
    .addOption(
      new Option(
        '--contexts <names>',
        'several contexts, separated by commas: one result for all of them',
      ).conflicts('context'),
    )
    .addOption(onlyNamespace())
    .option('-A, --all-namespaces', 'all namespaces; the default')
    .option('--settings <file>', 'file with the settings that an installation would have, YAML or JSON')
    .addOption(outputFormat(FORMATS))
    .addOption(failOn())
    .option(
      '--details',
      'text only: every workload behind a load balancer, with how it is reached, its terms and findings',
    )
    .option(
      '--try',
      'send each change as a server-side dry run, which stores nothing: shows what policies, quotas and validation would refuse or change back',
    )
    .option(
      '--aws',
      'ask AWS about the target groups of TargetGroupBindings, with your AWS credentials (docs/aws.md); one call a second',
    )
    .addOption(
      new Option(
        '--aws-profile <name>',
        'the same with this profile of your AWS configuration; default AWS_PROFILE',
      ).implies({
        aws: true,
      }),
    )
    .option('-q, --quiet', 'no progress on standard error; without a terminal there is none')
    .action(async (options: AuditOptions) => {
      const { runAudit } = await import('./audit.ts')
      done(await runAudit(options, terminal))
    })
}
