import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import packageJson from '../../package.json' with { type: 'json' }
import { printableLines } from '../core/model/printable.ts'
import { EXIT } from '../judgement/exit.ts'
import type { Terminal } from '../render/terminal.ts'
import type { PlanOptions } from './plan.ts'
import type { RemoveOptions } from './remove.ts'
import type { ReportOptions } from './report.ts'
import type { ServeOptions } from './serve.ts'

/**
 * The command line. Each command is imported when it is called, so that `--help` loads neither the web server
 * nor the YAML parser.
 * @returns the exit code.
 */
export async function runProgram(argv: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode: number = EXIT.ok
  const done = (code: number): void => {
    exitCode = code
  }
  const program = new Command('slackwater')
    .description('Rolling updates on Amazon EKS behind an ALB or NLB lose no request.')
    .version(packageJson.version)
    .configureOutput({ writeOut: terminal.out, writeErr: (text) => terminal.err(printableLines(text)) })
    .configureHelp({ helpWidth: Math.min(terminal.width, 100) })
    .showHelpAfterError('(see --help)')
    .exitOverride()
  program.addCommand(inherit(planCommand(terminal, done), program))
  program.addCommand(inherit(serveCommand(terminal, done), program))
  program.addCommand(inherit(reportCommand(terminal, done), program))
  program.addCommand(inherit(removeCommand(terminal, done), program))
  try {
    await program.parseAsync([...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? EXIT.ok : EXIT.badInput
  }
  return exitCode
}

const inherit = (command: Command, parent: Command): Command => command.copyInheritedSettings(parent)

type Done = (code: number) => void

function planCommand(terminal: Terminal, done: Done): Command {
  return new Command('plan')
    .summary('show what would change in manifests, and why')
    .description(
      'Reads manifests and shows, object by object, what Slackwater would change, with the timing budget behind ' +
        'every number. Changes nothing, asks no cluster.\n\nExit codes: 0 nothing to say, 1 findings of warning ' +
        'or error, 2 input that could not be read.',
    )
    .requiredOption(
      '-f, --filename <path...>',
      'files, folders, or - for standard input; no pipes or devices',
    )
    .option('-n, --namespace <name>', 'for objects that name none', 'default')
    .addOption(
      new Option('-o, --output <format>', 'format').choices(['text', 'json', 'yaml']).default('text'),
    )
    .option('--settings <file>', 'installation settings, YAML or JSON')
    .addOption(assumeDefaultClass())
    .option('--patched', 'print the patched manifests instead, verbatim, for people who commit them')
    .option(
      '--write-to <dir>',
      'write the patched manifests below this folder; follows no symbolic link there',
    )
    .option('--exit-code', 'exit with 1 also where something would change')
    .action(async (options: PlanOptions) => {
      const { runPlan } = await import('./plan.ts')
      done(await runPlan(options, terminal))
    })
}

function serveCommand(terminal: Terminal, done: Done): Command {
  return new Command('serve')
    .summary('answer admission reviews over HTTPS')
    .description(
      'Serves the admission webhook: POST /mutate over HTTPS; /healthz, /readyz and /metrics over HTTP on the ' +
        'health port; GET /report over HTTP on the report port of 127.0.0.1. What is known of load balancers comes from the cluster, which it follows; with --manifests ' +
        'from files.',
    )
    .option(
      '--kubeconfig <file>',
      'the cluster; else KUBECONFIG, ~/.kube/config, or the Pod’s ServiceAccount',
    )
    .option('--context <name>', 'context of the kubeconfig')
    .addOption(
      new Option(
        '--manifests <path...>',
        'answer from files or folders instead: Services, Ingresses, Namespaces, workloads',
      ).conflicts(['kubeconfig', 'context']),
    )
    .addOption(
      new Option(
        '--controller',
        'also act on the cluster: namespace labels, late exposure, Events; without it only a Pod of the cluster does',
      ).conflicts('manifests'),
    )
    .option('--no-controller', 'answer admission only, in a Pod of the cluster too')
    .option('-n, --namespace <name>', 'for objects that name none', 'default')
    .option('--tls-cert <file>', 'certificate chain, PEM; read again when it changes')
    .option('--tls-key <file>', 'private key, PEM')
    .option('--self-signed', 'make a certificate for trying it out')
    .addOption(
      new Option(
        '--certificate-secret <name>',
        'keep an authority and a certificate of our own in this Secret of the own namespace, and renew them',
      ).conflicts(['tlsCert', 'tlsKey', 'selfSigned', 'manifests']),
    )
    .option('--webhook-service <name>', 'with it: the Service by which the API server calls us')
    .option(
      '--webhook-configuration <name...>',
      'with it: our own MutatingWebhookConfigurations, which the leader makes trust that authority',
    )
    .option(
      '--client-ca <file>',
      'answer only clients with a certificate that this CA signed, PEM; read again when it changes',
    )
    .option(
      '--client-name <name...>',
      'with it: the common names that are accepted; needed where that CA signs others than API servers too',
    )
    .option('--host <address>', 'address to listen on', '0.0.0.0')
    .option('--port <number>', 'HTTPS port', port, 9443)
    .option('--health-port <number>', 'HTTP port for probes and metrics', port, 8080)
    .option('--report-port <number>', 'HTTP port for slackwater report, on 127.0.0.1 only', port, 8081)
    .option(
      '--max-inflight-mib <number>',
      'memory for request bodies that are arriving; beyond it unfinished ones are ended',
      largestBody,
      32,
    )
    .option('--max-connections <number>', 'open connections; beyond it idle ones are closed', atLeastOne, 400)
    .option('--drain-delay <seconds>', 'go on serving for so long after SIGTERM', count, 10)
    .option('--settings <file>', 'installation settings, YAML or JSON')
    .addOption(assumeDefaultClass())
    .addOption(
      new Option('--log-level <level>', 'least level that is logged')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('info'),
    )
    .action(async (options: ServeOptions) => {
      const { runServe } = await import('./serve.ts')
      done(await runServe(options, terminal))
    })
}

function reportCommand(terminal: Terminal, done: Done): Command {
  return new Command('report')
    .summary('show what a running Slackwater sees, would change and misses')
    .description(
      'Asks a running Slackwater for its report: what of the cluster is behind a load balancer, what it would ' +
        'change and why, which running Pods have no hook or no readiness gate, what would be refused if it were ' +
        'away. It is reached through the API server by your own right to forward ports to its Pods; ' +
        'inside one of them (kubectl exec) it asks that one. It changes nothing.\n\n' +
        'Exit codes: 0 nothing to say, 1 findings of warning or error, 2 it could not be reached.',
    )
    .option('--kubeconfig <file>', 'the cluster; else KUBECONFIG or ~/.kube/config')
    .option('--context <name>', 'context of the kubeconfig')
    .addOption(
      new Option('--address <host:port>', 'a serve on this machine instead, by its report port').conflicts([
        'kubeconfig',
        'context',
        'slackwaterNamespace',
      ]),
    )
    .option('--slackwater-namespace <name>', 'the namespace that Slackwater runs in', 'slackwater-system')
    .option('--report-port <number>', 'its report port', port, 8081)
    .addOption(new Option('-n, --namespace <name>', 'only this namespace').conflicts(['allNamespaces']))
    .option('-A, --all-namespaces', 'every namespace; the default')
    .addOption(
      new Option('-o, --output <format>', 'format').choices(['text', 'json', 'yaml']).default('text'),
    )
    .option('--details', 'text: every workload behind a load balancer, with chains, terms and findings')
    .action(async (options: ReportOptions) => {
      const { runReport } = await import('./report.ts')
      done(await runReport(options, terminal))
    })
}

function removeCommand(terminal: Terminal, done: Done): Command {
  return new Command('remove')
    .summary('take Slackwater’s work out of the workloads of a cluster')
    .description(
      'Takes hooks, grace periods and records out of the templates of workloads, as mode off does, and its labels ' +
        'off namespaces; what a user has changed since stays. Each workload is rolled out once: in batches, each ' +
        'waited for. The webhook must be away by then. Begin with --dry-run.\n\nExit codes: 0 done, or nothing to ' +
        'do; 1 something was left, each with its reason; 2 it could not begin.',
    )
    .option('--kubeconfig <file>', 'the cluster; else KUBECONFIG or ~/.kube/config')
    .option('--context <name>', 'context of the kubeconfig')
    .addOption(new Option('-n, --namespace <name>', 'only this namespace').conflicts(['allNamespaces']))
    .option('-A, --all-namespaces', 'every namespace; one of the two must be said')
    .option('-l, --selector <labels>', 'only workloads with these labels; labels of namespaces stay then')
    .option('--dry-run', 'show what would be taken from each; change nothing')
    .option('--batch <number>', 'workloads at a time', atLeastOne, 3)
    .option('--pause <seconds>', 'between two batches', count, 10)
    .option(
      '--timeout <seconds>',
      'for the rollouts of a batch; after it nothing more is begun',
      atLeastOne,
      600,
    )
    .option('--keep-labels', 'leave the readiness-gate labels of namespaces')
    .option('--slackwater-namespace <name>', 'the namespace that Slackwater runs in', 'slackwater-system')
    .option('-y, --yes', 'do not ask; needed where standard input is no terminal')
    .addOption(
      new Option('-o, --output <format>', 'format').choices(['text', 'json', 'yaml']).default('text'),
    )
    .action(async (options: RemoveOptions) => {
      const { runRemove } = await import('./remove.ts')
      done(await runRemove(options, terminal))
    })
}

const assumeDefaultClass = (): Option =>
  new Option(
    '--assume-default-class <name>',
    'the class that an Ingress without one has in the cluster, where the manifests do not say it (alb)',
  )

function count(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError(`"${text}" is no whole number.`)
  return Number(text)
}

function atLeastOne(text: string): number {
  const number = count(text)
  if (number === 0) throw new InvalidArgumentError('It must be at least 1.')
  return number
}

/** One review may have 8 MiB (server/app.ts). */
function largestBody(text: string): number {
  const number = count(text)
  if (number < 8) throw new InvalidArgumentError('It must be at least 8: one review may have so much.')
  return number
}

/** 0 asks the system for a free port. */
function port(text: string): number {
  const number = count(text)
  if (number > 65_535) throw new InvalidArgumentError(`"${text}" is no port.`)
  return number
}
