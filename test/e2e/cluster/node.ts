import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { stringify } from 'yaml'
import { buildImages, SANDBOX_IMAGE } from './images.ts'
import { cniConfiguration } from './network.ts'
import { isInstalled } from './parts.ts'
import { isRunning, logOf, start, stop, until } from './processes.ts'
import { buildSlackwaterImage } from './slackwater-image.ts'

/** What every node of a cluster is made with. */
export interface NodeMeans {
  readonly kubelet: string
  readonly kubectl: string
  readonly kubeconfig: string
  /** Archives of all that its Pods run. */
  readonly images: readonly string[]
  /** Where addresses of Pods that are taken are noted: the nodes hang on one bridge. */
  readonly addresses: string
}

/** A node with real Pods: containerd and a kubelet, in the network namespace that the caller is in. */
export interface NodeOptions extends NodeMeans {
  /** Of this node only. */
  readonly folder: string
  readonly name: string
  readonly address: string
}

const CNI_PLUGINS = '/usr/lib/cni'
/** On a machine that is full. Milliseconds. */
const START = 180_000

/** What this machine lacks for a node, in words; empty: nothing. */
export function lackingForNode(): readonly string[] {
  if (process.platform !== 'linux') return [`Pods need Linux, this is ${process.platform}`]
  if (process.getuid?.() !== 0) return ['Pods need root: a kubelet mounts and makes cgroups']
  const programs = ['ip', 'iptables', 'nsenter', 'containerd', 'ctr', 'runc'].filter(
    (program) => !isInstalled(program),
  )
  const plugins = existsSync(path.join(CNI_PLUGINS, 'bridge')) ? [] : [`${CNI_PLUGINS}/bridge`]
  return [...programs, ...plugins].map((name) => `${name} is not installed`)
}

const socketOf = (folder: string): string => path.join(folder, 'containerd.sock')
const ctr = (folder: string, ...args: readonly string[]): string =>
  execFileSync('ctr', ['--address', socketOf(folder), '--namespace', 'k8s.io', ...args], { encoding: 'utf8' })

/** @returns archives of the images that a node needs. */
export const buildNodeImages = (folder: string): readonly string[] => [
  ...buildImages(folder),
  buildSlackwaterImage(path.join(folder, 'slackwater')),
]

export async function startNode(node: NodeOptions): Promise<void> {
  const { folder, addresses, images } = node
  const network = path.join(folder, 'cni')
  mkdirSync(network, { recursive: true })
  writeFileSync(path.join(network, '10-e2e.conflist'), JSON.stringify(cniConfiguration(addresses)))
  const config = path.join(folder, 'containerd.toml')
  writeFileSync(config, containerdConfig(folder, network))
  start(folder, { name: 'containerd', command: ['containerd', '--config', config] })
  await until('containerd answers', () => isAnswering(folder), {
    within: START,
    log: logOf(folder, 'containerd'),
  })
  for (const archive of images) ctr(folder, 'images', 'import', archive)
  start(folder, { name: 'kubelet', command: kubeletCommand(node) })
  await until(`node ${node.name} is ready`, () => isNodeReady(node), {
    within: START,
    log: logOf(folder, 'kubelet'),
  })
}

function isAnswering(folder: string): boolean {
  try {
    ctr(folder, 'version')
    return true
  } catch {
    return false
  }
}

function isNodeReady({ kubectl, kubeconfig, name }: NodeOptions): boolean {
  const ready = '{.status.conditions[?(@.type=="Ready")].status}'
  try {
    const args = ['--kubeconfig', kubeconfig, 'get', 'node', name, '-o', `jsonpath=${ready}`]
    return execFileSync(kubectl, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }) === 'True'
  } catch {
    return false
  }
}

/**
 * `restrict_oom_score_adj`: lowering the score is refused in many containers and build machines.
 * `netns_mounts_under_state_dir`: the network namespaces of Pods go with the folder, whoever has been ended first.
 */
const containerdConfig = (folder: string, network: string): string => `version = 2
root = "${path.join(folder, 'containerd')}"
state = "${path.join(folder, 'containerd-state')}"
[grpc]
  address = "${socketOf(folder)}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${SANDBOX_IMAGE}"
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${CNI_PLUGINS}"
    conf_dir = "${network}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
`

function kubeletCommand({ folder, kubelet, kubeconfig, name, address }: NodeOptions): readonly string[] {
  const config = path.join(folder, 'kubelet.yaml')
  const endpoint = `unix://${socketOf(folder)}`
  writeFileSync(
    config,
    stringify({
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      address,
      // Nobody but the API server is in the cluster's network.
      authentication: { anonymous: { enabled: true } },
      authorization: { mode: 'AlwaysAllow' },
      cgroupDriver: 'cgroupfs',
      cgroupRoot: cgroupRoot(cgroupOf(folder)),
      containerRuntimeEndpoint: endpoint,
      // A kubelet removes the logs of Pods that it does not know: in a folder in common, those of another cluster.
      podLogsDir: path.join(folder, 'container-logs'),
      enforceNodeAllocatable: [],
      // A full disk of the machine is no reason to end the test's Pods.
      evictionHard: { 'memory.available': '0%', 'nodefs.available': '0%', 'imagefs.available': '0%' },
      // The first update may fail because a cache has not yet seen the node; the next is usually 10 s later.
      nodeStatusUpdateFrequency: '1s',
      // Else an image that was imported is missing once the same image was pulled under another name (KEP-2535).
      imagePullCredentialsVerificationPolicy: 'NeverVerify',
      // What one file has left to end must not keep the next from starting.
      maxPods: 500,
      // Nor may an image that cannot be pulled: as manifests are published, their images are elsewhere, and a pull that
      // finds no registry takes ten seconds and more. One after the other, two hundred of them held up every image that
      // was pulled in the next half hour, and the end of their own Pods. 0: as many a second as there are.
      serializeImagePulls: false,
      registryPullQPS: 0,
      failCgroupV1: false,
      failSwapOn: false,
      localStorageCapacityIsolation: false,
      resolvConf: '',
      healthzPort: 0,
    }),
  )
  return [
    kubelet,
    `--config=${config}`,
    `--kubeconfig=${kubeconfig}`,
    `--root-dir=${path.join(folder, 'kubelet')}`,
    `--cert-dir=${path.join(folder, 'kubelet-certificates')}`,
    `--hostname-override=${name}`,
    // Else it asks a name server that cannot be reached from here, at every status that it writes.
    `--node-ip=${address}`,
  ]
}

const CGROUPS = '/sys/fs/cgroup'

/** A name that no other node on this machine has. */
const cgroupOf = (folder: string): string => path.relative(tmpdir(), folder).replaceAll('/', '-')

/** Two kubelets of one machine end each other's Pods unless each has a root of its own in every hierarchy. */
function cgroupRoot(name: string): string {
  for (const hierarchy of hierarchies()) mkdirSync(path.join(hierarchy, name), { recursive: true })
  return `/${name}`
}

const hierarchies = (): readonly string[] =>
  readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, at = '', type = '']) => at.startsWith(CGROUPS) && type.startsWith('cgroup'))
    .flatMap(([, at]) => at ?? [])

/** Ends the process of a container at once, as when it runs out of memory. */
export const killProcess = (folder: string, container: string): void =>
  void ctr(folder, 'tasks', 'kill', '--signal', 'SIGKILL', container)

/** The next Pod pulls it. */
export function forgetImage(folder: string, name: string): void {
  const isThere = ctr(folder, 'images', 'list', '--quiet').split('\n').includes(name)
  if (isThere) ctr(folder, 'images', 'rm', '--sync', name)
}

/** The process of a container, as the machine counts it. */
export function processOf(folder: string, container: string): number {
  const line = ctr(folder, 'tasks', 'list')
    .split('\n')
    .find((one) => one.startsWith(container))
  return Number(line?.trim().split(/\s+/)[1])
}

/** The folders of all nodes that a cluster can have, the last one first: the folder of the first holds the others. */
export const nodesIn = (folder: string): readonly [string, string] => [path.join(folder, '2'), folder]

/** The kubelet first, so that it starts nothing again; then what it started; then what it mounted. */
export async function stopNode(folder: string): Promise<void> {
  await stop(folder, 'kubelet')
  if (isRunning(folder, 'containerd')) {
    for (const task of tasksIn(folder))
      quietly(() => ctr(folder, 'tasks', 'kill', '--signal', 'SIGKILL', task))
    await until('every container has ended', () => tasksIn(folder).length === 0, { within: START }).catch(
      () => undefined,
    )
    for (const task of tasksIn(folder)) quietly(() => ctr(folder, 'tasks', 'delete', '--force', task))
  }
  await stop(folder, 'containerd')
  for (const mounted of mountsBelow(folder)) quietly(() => execFileSync('umount', ['--lazy', mounted]))
  for (const hierarchy of hierarchies()) removeCgroups(path.join(hierarchy, cgroupOf(folder)))
}

/** From below: a group can only go when nothing is in it. Its files go with it. */
function removeCgroups(group: string): void {
  if (!existsSync(group)) return
  for (const entry of readdirSync(group, { withFileTypes: true }))
    if (entry.isDirectory()) removeCgroups(path.join(group, entry.name))
  quietly(() => rmdirSync(group))
}

const tasksIn = (folder: string): readonly string[] =>
  ctr(folder, 'tasks', 'list')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([id = '', , status]) => id !== '' && status === 'RUNNING')
    .flatMap(([id]) => id ?? [])

const mountsBelow = (folder: string): readonly string[] =>
  readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .flatMap((line) => line.split(' ')[1] ?? [])
    .filter((at) => at.startsWith(`${folder}/`))
    .toReversed()

function quietly(work: () => unknown): void {
  try {
    work()
  } catch {
    // What is gone already needs no ending.
  }
}
