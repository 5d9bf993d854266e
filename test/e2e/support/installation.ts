import path from 'node:path'
import type { Helm } from '../cluster/parts.ts'
import { SLACKWATER_IMAGE } from '../cluster/slackwater-image.ts'
import { cluster } from './cluster.ts'
import { kubectl, kubectlOk, run, type Said, stored, storedAll } from './kubectl.ts'
import { waitFor } from './slackwater.ts'

/** Slackwater as people install it: by Helm, from the chart, in Pods of the cluster. */

export const NAMESPACE = 'slackwater-system'
export const RELEASE = 'slackwater'

const [repository = '', tag = ''] = SLACKWATER_IMAGE.split(':')

/** The image is on the node already. */
export const IMAGE = [`image.repository=${repository}`, `image.tag=${tag}`, 'image.pullPolicy=Never']

export const helm = (...args: readonly string[]): Promise<Said> => helmBy('helm', args)

/** @param program Helm of one of its versions. @throws with its words. */
export async function helmBy(program: Helm, args: readonly string[]): Promise<Said> {
  const found = cluster[program]
  if (found === undefined) throw new Error(`no ${program}: the case must need it`)
  const said = await run(found, args)
  if (said.code !== 0) throw new Error(`${program} ${args.join(' ')}: ${said.err}${said.out}`)
  return said
}

/** Until every Pod is ready: they are within seconds, but for a machine that is full. Shorter than any case; a choice. */
const WAIT = ['--wait', '--timeout', '240s']

export interface Way {
  /** Default: Helm 3. */
  readonly by?: Helm
  /** Default: the chart of this tree. */
  readonly chart?: string
  /** Further options of Helm's. */
  readonly options?: readonly string[]
}

/** Installs it, or changes its values, and waits until every Pod is ready. @returns what Helm prints. */
export async function install(
  command: 'install' | 'upgrade',
  values: readonly string[] = [],
  { by = 'helm', chart = path.resolve('charts/slackwater'), options = [] }: Way = {},
): Promise<string> {
  const set = [...IMAGE, ...values].flatMap((value) => ['--set', value])
  const place = ['-n', NAMESPACE, ...(command === 'install' ? ['--create-namespace'] : [])]
  if (command === 'install') await takeOut()
  return (await helmBy(by, [command, RELEASE, chart, ...place, ...set, ...WAIT, ...options])).out
}

/** What a try before has left: its name is in use. Nothing else of it is taken, such as a Secret that the next try has made. */
async function takeOut(): Promise<void> {
  await helm('uninstall', RELEASE, '-n', NAMESPACE, '--ignore-not-found', ...WAIT)
}

export const LOWER_VERSION = '0.0.9'

/**
 * There is no earlier release: this chart under a lower number, of the chart and of the program. What follows the number
 * (labels, selectors, names) must not stand in the way of an upgrade. @returns the package.
 */
export async function chartOfLowerVersion(): Promise<string> {
  const versions = ['--version', LOWER_VERSION, '--app-version', LOWER_VERSION]
  await helm('package', path.resolve('charts/slackwater'), ...versions, '--destination', cluster.folder)
  return path.join(cluster.folder, `slackwater-${LOWER_VERSION}.tgz`)
}

export async function installedVersion(): Promise<string | undefined> {
  const { metadata } = await stored(['deployment', RELEASE, '-n', NAMESPACE])
  return metadata.labels?.['app.kubernetes.io/version']
}

/** What the other cases install by hand is Helm's here. */
export async function makeRoom(): Promise<void> {
  await kubectlOk(['delete', '-f', path.resolve('deploy/rbac.yaml'), '--ignore-not-found', '--wait=true'])
}

/** Its Pods would sleep and drain, for nobody: they are ended once nothing makes them anew. */
export async function uninstall(by: Helm = 'helm'): Promise<void> {
  await helmBy(by, ['uninstall', RELEASE, '-n', NAMESPACE, '--ignore-not-found'])
  await kubectl(['wait', '--for=delete', 'replicaset', '--all', '-n', NAMESPACE, '--timeout=60s'])
  await kubectl(['delete', 'pods', '--all', '-n', NAMESPACE, '--force', '--grace-period=0'])
  await kubectl(['delete', 'namespace', NAMESPACE, '--ignore-not-found'])
}

/** By which the API server calls it. */
export async function serviceAddress(): Promise<string> {
  const { out } = await kubectlOk([
    'get',
    'service',
    RELEASE,
    '-n',
    NAMESPACE,
    '-o',
    'jsonpath={.spec.clusterIP}',
  ])
  return out
}

interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string }
  readonly spec: { readonly nodeName?: string }
  readonly status: {
    readonly podIP?: string
    readonly containerStatuses?: readonly { readonly restartCount: number }[]
  }
}

const pods = () => storedAll<Pod>(['pods', '-n', NAMESPACE, '-l', 'app.kubernetes.io/name=slackwater'])

/** Those that are not on their way out. */
const staying = async () => (await pods()).filter(({ metadata }) => metadata.deletionTimestamp === undefined)

/** The Pods that answer. */
export const replicas = async (): Promise<readonly string[]> =>
  (await staying()).map(({ metadata }) => metadata.name)

/** By which each of them is reached. */
export const addressesOfReplicas = async () => (await staying()).map(({ status }) => status.podIP ?? '')

/** Where each of them is. */
export const nodesOfReplicas = async () => (await staying()).map(({ spec }) => spec.nodeName)

/** How often each of them was started again. */
export const restarts = async () =>
  (await staying()).flatMap(({ status }) => status.containerStatuses?.map((one) => one.restartCount) ?? [])

/** Until the Pods of before a rollout are gone, too: they serve to their end. */
export async function rolledOut(): Promise<void> {
  await kubectlOk(['rollout', 'status', `deployment/${RELEASE}`, '-n', NAMESPACE, '--timeout=240s'])
  const isAlone = async () => (await pods()).length === (await staying()).length || undefined
  await waitFor(isAlone, 240_000, 'the end of the old Pods')
}

/** The id that the container runtime knows it by. */
export async function containerOf(pod: string): Promise<string> {
  const id = '{.status.containerStatuses[0].containerID}'
  const { out } = await kubectlOk(['get', 'pod', pod, '-n', NAMESPACE, '-o', `jsonpath=${id}`])
  return out.replace('containerd://', '')
}
