import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import path from 'node:path'
import { startControlPlane } from './cluster/control-plane.ts'
import { installDefinitions } from './cluster/definitions.ts'
import { ADDRESS, NODE } from './cluster/network.ts'
import { lackingForNode, type NodeMeans, startNode } from './cluster/node.ts'
import { buildParts, isInstalled, type Part } from './cluster/parts.ts'
import { startServiceNetwork } from './cluster/service-network.ts'
import { lackingForTools } from './cluster/tools.ts'
import type { ClusterFacts } from './support/cluster.ts'

/**
 * The part of the runner that is in a cluster's own network namespace: brings it up, and leaves it running.
 * `node inside.ts FACTS [IMAGE...]`: what cases are told of the cluster goes into the first, beside which all else of the
 * cluster is; the others are archives of what its Pods run.
 */

const say = (line: string): void => void process.stderr.write(`e2e: ${line}\n`)

const [file = '', ...images] = process.argv.slice(2)
const folder = path.dirname(file)

type Programs = (part: Part) => string | undefined

/** From a folder, else from the PATH. */
const programsIn =
  (bin: string): Programs =>
  (part) => {
    const built = path.join(bin, part)
    if (existsSync(built)) return built
    return ['kubectl', 'helm', 'helm4'].includes(part) && isInstalled(part) ? part : undefined
  }

async function ownCluster(): Promise<ClusterFacts> {
  const assets = process.env['KUBEBUILDER_ASSETS'] ?? ''
  const programs = programsIn(assets === '' ? buildParts(say) : assets)
  const noNode = lackingForNode()
  const own = noNode.length === 0
  const reached = await startControlPlane({
    folder,
    programs,
    address: own ? '0.0.0.0' : '127.0.0.1',
    ports: own ? USUAL_PORTS : await freePorts(),
  })
  const { kubeconfig } = reached
  const kubectl = programs('kubectl') ?? 'kubectl'
  installDefinitions(kubectl, kubeconfig)
  const nodes = own ? await startFirstNode(programs, { kubectl, kubeconfig }) : undefined
  say(`cluster of our own at ${reached.server}${nodes === undefined ? '' : ', with a node'}`)
  const missing = (part: Part): readonly string[] =>
    programs(part) === undefined ? [`${part} is missing: among KUBEBUILDER_ASSETS, or on the PATH`] : []
  return {
    folder,
    kubeconfig,
    kubectl,
    helm: programs('helm'),
    helm4: programs('helm4'),
    host: '127.0.0.1',
    etcd: reached.etcd,
    ...(nodes === undefined ? {} : { nodes }),
    lacking: {
      go: lackingForTools(),
      controllers: missing('kube-controller-manager'),
      pods: [...noNode, ...missing('kubelet')],
      'control plane': [],
      helm: missing('helm'),
      helm4: missing('helm4'),
    },
  }
}

/** @returns how it was made: others may follow. Undefined without a kubelet. */
async function startFirstNode(
  programs: Programs,
  reached: Pick<NodeMeans, 'kubectl' | 'kubeconfig'>,
): Promise<NodeMeans | undefined> {
  const kubelet = programs('kubelet')
  if (kubelet === undefined) return undefined
  const means = { ...reached, kubelet, images, addresses: path.join(folder, 'addresses') }
  await startNode({ ...means, folder, name: NODE, address: ADDRESS })
  const kubeProxy = programs('kube-proxy')
  if (kubeProxy !== undefined) startServiceNetwork({ folder, kubeProxy, kubeconfig: reached.kubeconfig })
  return means
}

/** In a network of our own nobody else has them; ports that are handed out might go to a client while a program restarts. */
const USUAL_PORTS = { apiServer: 6443, etcd: 2379, etcdPeer: 2380 } as const

/** Held until all are known: otherwise one may be given twice. */
async function freePorts(): Promise<Record<keyof typeof USUAL_PORTS, number>> {
  const held = [createServer(), createServer(), createServer()]
  const [apiServer = 0, etcd = 0, etcdPeer = 0] = await Promise.all(held.map(portOf))
  for (const server of held) server.close()
  return { apiServer, etcd, etcdPeer }
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

writeFileSync(file, JSON.stringify(await ownCluster()))
