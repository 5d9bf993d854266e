import { Command, CommanderError, Option } from 'commander'
import packageJson from '../../package.json' with { type: 'json' }
import { printableLines } from '../core/model/printable.ts'
import { EXIT, type EXIT_MEANINGS, exitText, FAIL_ON } from '../judgement/exit.ts'
import { DOCUMENTS, FORMATS } from '../render/formats.ts'
import type { Terminal } from '../render/terminal.ts'
import { auditCommand } from './audit-command.ts'
import { completionCommand, type Done, explainCommand } from './explain-command.ts'
import { lintCommand } from './lint-command.ts'
import { atLeastOne, count, largestBody, port } from './numbers.ts'
import type { PlanOptions } from './plan.ts'
import type { RemoveOptions } from './remove.ts'
import type { ReportOptions } from './report.ts'
import type { ServeOptions } from './serve.ts'

/**
 * The command line. Each command is imported when it is called, so that `--help` loads neither the web server
 * nor the YAML parser.
 * @param calledAs the name of the program's file: kubectl finds a plugin and its completion by theirs.
 * @returns the exit code.
 */
export async function runProgram(
  argv: readonly string[],
  terminal: Terminal,
  calledAs = 'slackwater',
): Promise<number> {
  let exitCode: number = EXIT.ok
  const program = programOf(terminal, calledAs, (code) => {
    exitCode = code
  })
  const words = calledAs === PLUGIN_COMPLETION ? [COMPLETE, ...argv] : argv
  if (words[0] === COMPLETE) return await complete(program, words.slice(1), terminal)
  try {
    await program.parseAsync([...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? EXIT.ok : EXIT.badInput
  }
  return exitCode
}

/** What the completion scripts call, in the words of cobra. No command of the help: nobody types it. */
const COMPLETE = '__complete'
/** The program that kubectl asks for the words after `kubectl slackwater`. */
const PLUGIN_COMPLETION = 'kubectl_complete-slackwater'

async function complete(program: Command, words: readonly string[], terminal: Terminal): Promise<number> {
  const { answerCompletion } = await import('./complete.ts')
  terminal.out(answerCompletion(program, words))
  return EXIT.ok
}

function programOf(terminal: Terminal, calledAs: string, done: Done): Command {
  const program = new Command(calledAs === 'kubectl-slackwater' ? 'kubectl slackwater' : 'slackwater')
    .description('Rolling updates on Amazon EKS behind an ALB or NLB lose no request.')
    .version(packageJson.version)
    .configureOutput({ writeOut: terminal.out, writeErr: (text) => terminal.err(printableLines(text)) })
    .configureHelp({ helpWidth: Math.min(terminal.width, 100) })
    .showHelpAfterError('(see --help)')
    .exitOverride()
  program.addCommand(inherit(planCommand(terminal, done), program))
  program.addCommand(inherit(lintCommand(terminal, done), program))
  program.addCommand(inherit(serveCommand(terminal, done), program))
  program.addCommand(inherit(reportCommand(terminal, done), program))
  program.addCommand(inherit(auditCommand(terminal, done), program))
  program.addCommand(inherit(explainCommand(terminal, done), program))
  program.addCommand(inherit(removeCommand(terminal, done), program))
  program.addCommand(inherit(completionCommand(terminal, done), program))
  return program
}

const inherit = (command: Command, parent: Command): Command => command.copyInheritedSettings(parent)

function planCommand(terminal: Terminal, done: Done): Command {
  return new Command('plan')
    .summary('show what would change in manifests, and why')
    .description(
      'Reads manifests and shows what Slackwater would change: a summary, one line for each workload, and each ' +
        'finding once. With --details, or if there is a single workload, it shows the timing budget behind every ' +
        'number and the diff. Changes nothing and contacts no cluster.' +
        exitCodes('plan'),
    )
    .requiredOption(
      '-f, --filename <path...>',
      'files, folders, or - for standard input; no pipes or devices',
    )
    .option('-n, --namespace <name>', 'namespace of objects that name none', 'default')
    .addOption(outputFormat(FORMATS))
    .option('--settings <file>', 'file with the installation settings, YAML or JSON')
    .addOption(assumeDefaultClass())
    .option(
      '--details',
      'text only: every workload in full, with how it is reached, its timing, its terms, findings and diff',
    )
    .option('--patched', 'print the patched manifests instead, ready to commit: comments and order are kept')
    .option(
      '--write-to <dir>',
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

function serveCommand(terminal: Terminal, done: Done): Command {
  const command = new Command('serve')
    .summary('run the admission webhook')
    .description(
      'Serves the admission webhook: POST /mutate over HTTPS; /healthz, /readyz and /metrics over HTTP on the ' +
        'health port; GET /report over HTTP on the report port of 127.0.0.1. It watches the cluster to find out ' +
        'which load balancers send to a workload; with --manifests it reads files instead.',
    )
    .option(
      '--kubeconfig <file>',
      'path to the kubeconfig; default: KUBECONFIG, ~/.kube/config, or the Pod’s ServiceAccount',
    )
    .option('--context <name>', 'context of the kubeconfig to use')
    .addOption(
      new Option(
        '--manifests <path...>',
        'read these files or folders instead of a cluster: Services, Ingresses, Namespaces, workloads',
      ).conflicts(['kubeconfig', 'context']),
    )
    .addOption(
      new Option(
        '--controller',
        'also write to the cluster: namespace labels, late exposure, Events; default: only when running as a Pod in it',
      ).conflicts('manifests'),
    )
    .option('--no-controller', 'answer admission requests only, also when running as a Pod')
    .option('-n, --namespace <name>', 'namespace of objects that name none', 'default')
  certificateOptions(command)
  listenOptions(command)
  return command
    .option('--settings <file>', 'file with the installation settings, YAML or JSON')
    .addOption(assumeDefaultClass())
    .addOption(
      new Option('--log-level <level>', 'minimum log level')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('info'),
    )
    .action(async (options: ServeOptions) => {
      const { runServe } = await import('./serve.ts')
      done(await runServe(options, terminal))
    })
}

/** Options for the serving certificate and the accepted clients. */
function certificateOptions(command: Command): void {
  command
    .option('--tls-cert <file>', 'file with the certificate chain, PEM; reloaded when it changes')
    .option('--tls-key <file>', 'file with the private key, PEM')
    .option('--self-signed', 'create a self-signed certificate, for a trial')
    .addOption(
      new Option(
        '--certificate-secret <name>',
        'store a self-managed CA and certificate in this Secret in Slackwater’s namespace, and renew them',
      ).conflicts(['tlsCert', 'tlsKey', 'selfSigned', 'manifests']),
    )
    .option(
      '--webhook-service <name>',
      'with --certificate-secret: the Service through which the API server calls the webhook',
    )
    .option(
      '--webhook-configuration <name...>',
      'with --certificate-secret: the MutatingWebhookConfigurations in which the leader sets the CA (caBundle)',
    )
    .option('--validating-webhook <name...>', 'the same for ValidatingWebhookConfigurations')
    .option(
      '--client-ca <file>',
      'accept only clients with a certificate signed by this CA, PEM; reloaded when it changes',
    )
    .option(
      '--client-name <name...>',
      'with --client-ca: the accepted common names; required if that CA signs more than API servers',
    )
}

/** Options for ports, limits and shutdown. */
function listenOptions(command: Command): void {
  command
    .option('--host <address>', 'address to listen on', '0.0.0.0')
    .option('--port <number>', 'HTTPS port', port, 9443)
    .option('--health-port <number>', 'HTTP port for probes and metrics', port, 8080)
    .option('--report-port <number>', 'HTTP port for slackwater report, on 127.0.0.1 only', port, 8081)
    .option(
      '--max-inflight-mib <number>',
      'memory for request bodies in flight; beyond it the unfinished ones are dropped',
      largestBody,
      32,
    )
    .option(
      '--max-connections <number>',
      'maximum number of open connections; beyond it idle ones are closed',
      atLeastOne,
      400,
    )
    .option(
      '--drain-delay <seconds>',
      'keep serving for this long after SIGTERM or Ctrl-C, for API servers that keep connections open; the chart sets it (termination.drainSeconds)',
      count,
      0,
    )
}

function reportCommand(terminal: Terminal, done: Done): Command {
  return new Command('report')
    .summary('show what a running Slackwater sees, would change, and cannot fix')
    .description(
      'Fetches the report of a running Slackwater: which workloads are behind a load balancer, what it would ' +
        'change and why, which running Pods have no hook or no readiness gate, and which updates the API server ' +
        'would refuse if Slackwater were unavailable. The connection goes through the API server and needs the ' +
        'right to forward ports to its Pods; inside one of them (kubectl exec) that Pod answers. Changes nothing.' +
        exitCodes('report'),
    )
    .option('--kubeconfig <file>', 'path to the kubeconfig; default: KUBECONFIG or ~/.kube/config')
    .option('--context <name>', 'context of the kubeconfig to use')
    .addOption(
      new Option('--address <host:port>', 'report port of a slackwater serve on this machine').conflicts([
        'kubeconfig',
        'context',
        'slackwaterNamespace',
      ]),
    )
    .option('--slackwater-namespace <name>', 'namespace in which Slackwater runs', 'slackwater-system')
    .option('--report-port <number>', 'report port of its Pods', port, 8081)
    .addOption(new Option('-n, --namespace <name>', 'only this namespace').conflicts(['allNamespaces']))
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

function removeCommand(terminal: Terminal, done: Done): Command {
  return new Command('remove')
    .summary('remove what Slackwater injected from the workloads of a cluster')
    .description(
      'Removes the injected hooks, grace periods and records from the pod templates of workloads, as mode off does, ' +
        'and Slackwater’s labels from namespaces; what a user has changed since then stays. Each workload is ' +
        'rolled out once, in batches, and each batch is waited for. Uninstall the webhook first. Start with ' +
        '--dry-run.' +
        exitCodes('remove'),
    )
    .option('--kubeconfig <file>', 'path to the kubeconfig; default: KUBECONFIG or ~/.kube/config')
    .option('--context <name>', 'context of the kubeconfig to use')
    .addOption(new Option('-n, --namespace <name>', 'only this namespace').conflicts(['allNamespaces']))
    .option('-A, --all-namespaces', 'all namespaces; -A or -n is required')
    .option('-l, --selector <labels>', 'only workloads with these labels; the labels of namespaces then stay')
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
    .option('--slackwater-namespace <name>', 'namespace in which Slackwater runs', 'slackwater-system')
    .option('-y, --yes', 'do not ask for confirmation; required if standard input is not a terminal')
    .addOption(outputFormat(DOCUMENTS))
    .action(async (options: RemoveOptions) => {
      const { runRemove } = await import('./remove.ts')
      done(await runRemove(options, terminal))
    })
}

const exitCodes = (command: keyof typeof EXIT_MEANINGS): string =>
  `\n\nExit codes (docs/input-and-output.md): ${exitText(command)}.`

const failOn = (): Option =>
  new Option(
    '--fail-on <severity>',
    'exit with 1 for findings of this severity or above; accepted ones never count',
  )
    .choices([...FAIL_ON])
    .default('warning')

const outputFormat = (formats: readonly string[]): Option =>
  new Option('-o, --output <format>', 'output format').choices([...formats]).default('text')

const assumeDefaultClass = (): Option =>
  new Option(
    '--assume-default-class <name>',
    'class of an Ingress that names none, if the manifests contain no default IngressClass (alb)',
  )
