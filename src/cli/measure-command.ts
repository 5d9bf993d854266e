import { Command, InvalidArgumentError, Option } from 'commander'
import { DOCUMENTS } from '../render/formats.ts'
import type { Terminal } from '../render/terminal.ts'
import type { MeasureOptions } from './measure.ts'
import {
  address,
  context,
  type Done,
  exitCodes,
  kubeconfig,
  onlyNamespace,
  outputFormat,
  reportPort,
  slackwaterNamespace,
} from './options.ts'

export function measureCommand(terminal: Terminal, done: Done): Command {
  return withInputs(new Command('measure'))
    .summary('compute the sleep from access logs of your ALB, and explain every lost request')
    .description(
      'Reads ALB access logs together with the times at which Pods left, and shows how long your load balancers go on ' +
        'sending to a Pod that leaves, which sleep that needs, and which requests were lost, with Pod and reason. The ' +
        'departures are those of --departures and --lbc-log; without either, the running Slackwater is asked, as by ' +
        'slackwater report. Everything is read on this machine, and nothing is sent anywhere. Only --apply changes the ' +
        'cluster.' +
        exitCodes('measure'),
    )
    .addOption(kubeconfig())
    .addOption(context())
    .addOption(address())
    .addOption(slackwaterNamespace())
    .addOption(reportPort())
    .addOption(onlyNamespace())
    .option('-A, --all-namespaces', 'departures of all namespaces; the default')
    .addOption(outputFormat([...DOCUMENTS, 'html']))
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 for lost requests (warning), or never (none)')
        .choices(['warning', 'none'])
        .default('warning'),
    )
    .action(async (options: MeasureOptions) => {
      const { runMeasure } = await import('./measure.ts')
      done(await runMeasure(options, terminal))
    })
}

/** What is read, and what becomes of it. */
const withInputs = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--access-logs <path...>',
        "files, folders at all levels, quoted patterns ('2026/10/*'), or - for standard input; gzip or not",
      ).makeOptionMandatory(),
    )
    .option(
      '--departures <file...>',
      'reports that slackwater report -o json printed; of several, each Pod counts once; - for standard input',
    )
    .option(
      '--lbc-log <path...>',
      'log of the AWS Load Balancer Controller: when it deregistered each address; splits the time into C and P',
    )
    .addOption(
      timeOption(
        '--since <time>',
        'only requests from this time on, RFC 3339 or a date; without a zone: UTC',
      ),
    )
    .addOption(timeOption('--until <time>', 'only requests until this time'))
    .addOption(
      timeOption('--why <time>', 'explain each 5xx around this time: 2026-11-27T10:04; without a zone: UTC'),
    )
    .option(
      '--write-settings <file>',
      'write the measured terms as a settings file, for plan --settings and for the chart; writes over nothing else',
    )
    .option(
      '--apply',
      'store the measurement in the ConfigMap slackwater-observed, which running replicas follow; nothing rolls',
    )
    .option('--dry-run', 'with --apply: let the API server check it, and store nothing')

/** Checked here only for its form: the reader of times is loaded with the command. */
const timeOption = (flags: string, description: string): Option =>
  new Option(flags, description).argParser((text: string): string => {
    if (!/^\d{4}-\d{2}-\d{2}(?:[Tt ]|$)/.test(text))
      throw new InvalidArgumentError(
        `"${text}" is not a time: expected RFC 3339 or a part of it, such as 2026-11-27T10:04:31Z, 2026-11-27T10:04 or 2026-11-27.`,
      )
    return text
  })
