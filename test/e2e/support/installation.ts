import path from 'node:path'
import { SLACKWATER_IMAGE } from '../cluster/slackwater-image.ts'
import { cluster } from './cluster.ts'
import { kubectl, kubectlOk, run, type Said, storedAll } from './kubectl.ts'
import { waitFor } from './slackwater.ts'

/** Slackwater as people install it: by Helm, from the chart, in Pods of the cluster. */

export const NAMESPACE = 'slackwater-system'
export const RELEASE = 'slackwater'

const [repository = '', tag = ''] = SLACKWATER_IMAGE.split(':')

/** The image is on the node already. */
const IMAGE = [`image.repository=${repository}`, `image.tag=${tag}`, 'image.pullPolicy=Never']

export async function helm(...args: readonly string[]): Promise<Said> {
  if (cluster.helm === undefined) throw new Error('no helm: the case must need it')
  const said = await run(cluster.helm, args)
  if (said.code !== 0) throw new Error(`helm ${args.join(' ')}: ${said.err}${said.out}`)
  return said
}

/** Installs it, or changes its values, and waits until every Pod is ready. @returns what Helm prints. */
export async function install(
  command: 'install' | 'upgrade',
  values: readonly string[] = [],
): Promise<string> {
  const set = [...IMAGE, ...values].flatMap((value) => ['--set', value])
  const place = ['-n', NAMESPACE, ...(command === 'install' ? ['--create-namespace'] : [])]
  const chart = path.resolve('charts/slackwater')
  const said = await helm(command, RELEASE, chart, ...place, ...set, '--wait', '--timeout', '120s')
  return said.out
}

/** What the other cases install by hand is Helm's here. */
export async function makeRoom(): Promise<void> {
  await kubectlOk(['delete', '-f', path.resolve('deploy/rbac.yaml'), '--ignore-not-found', '--wait=true'])
}

export async function uninstall(): Promise<void> {
  await helm('uninstall', RELEASE, '-n', NAMESPACE, '--ignore-not-found', '--wait')
  await kubectl(['delete', 'namespace', NAMESPACE, '--ignore-not-found'])
}

/** The Pods that answer. */
export async function replicas(): Promise<readonly string[]> {
  const pods = await storedAll(['pods', '-n', NAMESPACE, '-l', 'app.kubernetes.io/name=slackwater'])
  return pods
    .filter(({ metadata }) => !('deletionTimestamp' in metadata))
    .map(({ metadata: { name } }) => name)
}

/** Until the Pods of before a rollout are gone, too: they serve to their end. */
export async function rolledOut(): Promise<void> {
  await kubectlOk(['rollout', 'status', `deployment/${RELEASE}`, '-n', NAMESPACE, '--timeout=120s'])
  const isAlone = async () => {
    const pods = await storedAll(['pods', '-n', NAMESPACE, '-l', 'app.kubernetes.io/name=slackwater'])
    return pods.every(({ metadata }) => !('deletionTimestamp' in metadata)) || undefined
  }
  await waitFor(isAlone, 120_000, 'the end of the old Pods')
}

/** The id that the container runtime knows it by. */
export async function containerOf(pod: string): Promise<string> {
  const id = '{.status.containerStatuses[0].containerID}'
  const { out } = await kubectlOk(['get', 'pod', pod, '-n', NAMESPACE, '-o', `jsonpath=${id}`])
  return out.replace('containerd://', '')
}
