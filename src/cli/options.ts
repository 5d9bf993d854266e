import { InvalidArgumentError, Option } from 'commander'
import { type EXIT_MEANINGS, exitText, FAIL_ON } from '../judgement/exit.ts'
import { port } from './numbers.ts'

/** What a command hands its exit code to. */
export type Done = (code: number) => void

/** The options that several commands have, in the same words. */

/**
 * What selects objects. An empty text is a variable of a script that is not set: it would select every object, or none.
 * @throws InvalidArgumentError
 */
export function stated(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty.')
  return text
}

/** The end of a description. */
export const exitCodes = (command: keyof typeof EXIT_MEANINGS): string =>
  `\n\nExit codes (docs/input-and-output.md): ${exitText(command)}.`

export const failOn = (): Option =>
  new Option(
    '--fail-on <severity>',
    'exit with 1 for findings of this severity or above; accepted ones never count',
  )
    .choices([...FAIL_ON])
    .default('warning')

export const outputFormat = (formats: readonly string[]): Option =>
  new Option('-o, --output <format>', 'output format').choices([...formats]).default('text')

export const assumeDefaultClass = (): Option =>
  new Option(
    '--assume-default-class <name>',
    'class of an Ingress that names none, if the manifests contain no default IngressClass (alb)',
  )

/** Manifests. One of these and of `kustomize` is needed. */
export const filename = (): Option =>
  new Option(
    '-f, --filename <path...>',
    "files, folders, URLs, quoted patterns ('deploy/*.yaml'), or - for standard input; no pipes or devices",
  )

export const kustomize = (): Option =>
  new Option(
    '-k, --kustomize <folder...>',
    'what kustomize builds of this folder: runs kustomize, or else kubectl kustomize, which must be installed',
  )

export const render = (): Option =>
  new Option(
    '--render',
    'render the charts and kustomizations in the folders of -f: runs helm template and kustomize build, which must be installed',
  )

export const helmValues = (): Option =>
  new Option('--helm-values <file>', 'with --render: values file of every chart; may be given several times')
    .argParser((file: string, earlier: readonly string[] = []): readonly string[] => [...earlier, file])
    .implies({ render: true })

export const kubeVersion = (): Option =>
  new Option(
    '--kube-version <version>',
    'with --render: the version of Kubernetes that charts are rendered for; default: that of helm',
  ).implies({ render: true })

export const installationSettings = (): Option =>
  new Option('--settings <file>', 'file with the installation settings, YAML or JSON')

export const kubeconfig = (): Option =>
  new Option('--kubeconfig <file>', 'path to the kubeconfig; default: KUBECONFIG or ~/.kube/config')

/** A serve on this machine, without a cluster. */
export const address = (): Option =>
  new Option('--address <host:port>', 'report port of a slackwater serve on this machine')

export const slackwaterNamespace = (): Option =>
  new Option('--slackwater-namespace <name>', 'namespace in which Slackwater runs').default(
    'slackwater-system',
  )

export const reportPort = (): Option =>
  new Option('--report-port <number>', 'report port of its Pods').argParser(port).default(8081)

export const context = (): Option => new Option('--context <name>', 'context of the kubeconfig to use')

export const onlyNamespace = (): Option =>
  new Option('-n, --namespace <name>', 'only this namespace').argParser(stated).conflicts(['allNamespaces'])

/** With manifests. */
export const unnamedNamespace = (): Option =>
  new Option('-n, --namespace <name>', 'namespace of objects that name none')
    .argParser(stated)
    .default('default')
