import { Command, Option } from 'commander'
import type { Terminal } from '../render/terminal.ts'
import { atLeastOne, count, largestBody, port } from './numbers.ts'
import { assumeDefaultClass, context, type Done, installationSettings, unnamedNamespace } from './options.ts'
import type { ServeOptions } from './serve.ts'

export function serveCommand(terminal: Terminal, done: Done): Command {
  const command = new Command('serve')
    .summary('run the admission webhook')
    .description(
      'Serves the admission webhook: POST /mutate and POST /validate over HTTPS; /healthz, /readyz and /metrics over HTTP on the ' +
        'health port; GET /report over HTTP on the report port of 127.0.0.1. It watches the cluster to find out ' +
        'which load balancers send to a workload; with --manifests it reads files instead.',
    )
    .option(
      '--kubeconfig <file>',
      'path to the kubeconfig; default: KUBECONFIG, ~/.kube/config, or the Pod’s ServiceAccount',
    )
    .addOption(context())
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
    .addOption(unnamedNamespace())
  certificateOptions(command)
  listenOptions(command)
  return command
    .addOption(installationSettings())
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
      'maximum number of open connections; beyond it the client address with the most loses one',
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
