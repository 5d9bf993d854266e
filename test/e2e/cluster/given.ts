import { execFileSync } from 'node:child_process'
import path from 'node:path'
import type { ClusterFacts } from '../support/cluster.ts'
import { installMissing } from './definitions.ts'
import { hostOf } from './host.ts'
import { lackingForImage, serverArchive } from './images.ts'
import { isInstalled } from './parts.ts'
import { lackingForTools } from './tools.ts'

/** A cluster that somebody else has made: kind, minikube, EKS. What is put into it is taken out again. */
export interface Given {
  readonly facts: ClusterFacts
  remove(): void
}

const NOT_OURS = 'the cluster is not ours to stop'

/** @throws where Slackwater is installed there, or the API server cannot reach us. */
export function prepareGiven(folder: string, kubeconfig: string): Given {
  const kubectl = (...args: readonly string[]): string =>
    execFileSync('kubectl', ['--kubeconfig', kubeconfig, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
  const context = kubectl('config', 'current-context').trim()
  if (kubectl('get', 'namespace', 'slackwater-system', '--ignore-not-found', '-o', 'name') !== '')
    throw new Error(`${context} has a namespace slackwater-system: is Slackwater installed there?`)
  const host = hostOf(context)
  const ingressClass = kubectl('get', 'ingressclass', 'alb', '--ignore-not-found', '-o', 'name')
  const definitions = installMissing('kubectl', kubeconfig)
  const [helm, helm4] = [isInstalled('helm'), isInstalled('helm4')]
  return {
    facts: {
      folder,
      kubeconfig,
      kubectl: 'kubectl',
      host,
      ...(helm ? { helm: 'helm' } : {}),
      ...(helm4 ? { helm4: 'helm4' } : {}),
      lacking: {
        go: lackingForTools(),
        controllers: [],
        pods: bringImage(context, folder),
        'control plane': [NOT_OURS],
        helm: helm ? [] : ['helm is not on the PATH'],
        helm4: helm4 ? [] : ['helm4 is not on the PATH'],
      },
    },
    remove: () => {
      const remove = (...what: readonly string[]) => kubectl('delete', '--ignore-not-found', ...what)
      remove('mutatingwebhookconfiguration', 'slackwater-e2e', 'slackwater-e2e-gates')
      remove('-f', path.resolve('deploy/rbac.yaml'))
      remove('namespace', '-l', `slackwater-e2e/run=${path.basename(folder)}`, '--wait=false')
      if (ingressClass === '') remove('ingressclass', 'alb')
      if (definitions.length > 0) remove('crd', ...definitions)
    },
  }
}

/** How the image of the test's Pods comes into clusters on this machine, by their context's name. */
const LOADERS: readonly {
  readonly context: RegExp
  readonly command: (context: string, archive: string) => readonly string[]
}[] = [
  {
    context: /^kind-/,
    command: (context, archive) => [
      'kind',
      'load',
      'image-archive',
      archive,
      '--name',
      context.replace(/^kind-/, ''),
    ],
  },
  { context: /^minikube$/, command: (_, archive) => ['minikube', 'image', 'load', archive] },
]

/** @returns what is lacking for Pods, in words; empty: nothing. */
function bringImage(context: string, folder: string): readonly string[] {
  const loader = LOADERS.find((one) => one.context.test(context))
  if (loader === undefined) return [`our image cannot be brought into ${context}`]
  const lacking = lackingForImage()
  if (lacking.length > 0) return lacking
  const [program = '', ...args] = loader.command(context, serverArchive(folder))
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  return []
}
