import { mkdirSync } from 'node:fs'
import { NODE, SECOND_ADDRESS } from '../cluster/network.ts'
import { nodesIn, startNode, stopNode } from '../cluster/node.ts'
import { cluster } from './cluster.ts'
import { kubectl, kubectlOk } from './kubectl.ts'

/** A node beside the first one, for what happens between nodes: in another zone, as in a cluster of EKS. */

export const NODES = [NODE, 'e2e-2'] as const
const [, SECOND] = NODES

const [folder] = nodesIn(cluster.folder)

export async function addNode(): Promise<void> {
  if (cluster.nodes === undefined) throw new Error('nodes are not ours to make: the case must need it')
  mkdirSync(folder, { recursive: true })
  await startNode({ ...cluster.nodes, folder, name: SECOND, address: SECOND_ADDRESS })
  for (const [index, node] of NODES.entries())
    await kubectlOk(['label', '--overwrite', 'node', node, `topology.kubernetes.io/zone=${'ab'[index]}`])
}

/** What of ours runs there goes elsewhere. */
export async function removeNode(): Promise<void> {
  await kubectl(['uncordon', NODE])
  await drain(SECOND)
  await kubectlOk(['delete', 'node', SECOND])
  await stopNode(folder)
}

/** As before a node of a node group is replaced: no new Pods. Of those that are there ours are evicted, and waited for. */
export const drain = (node: string) =>
  kubectlOk([
    ...['drain', node, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=300s'],
    ...['--pod-selector', 'app.kubernetes.io/name=slackwater'],
  ])

export const uncordon = (node: string) => kubectlOk(['uncordon', node])
