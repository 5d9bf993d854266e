import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { startControlPlane } from './cluster/control-plane.ts'
import { installDefinitions } from './cluster/definitions.ts'
import { prepareGiven } from './cluster/given.ts'
import { ADDRESS, NODE } from './cluster/network.ts'
import { buildNodeImages, lackingForNode, type NodeMeans, startNode } from './cluster/node.ts'
import { buildParts, isInstalled, type Part } from './cluster/parts.ts'
import { startServiceNetwork } from './cluster/service-network.ts'
import { lackingForTools } from './cluster/tools.ts'
import type { ClusterFacts } from './support/cluster.ts'

/** The part of the runner that is in the cluster's own network namespace: brings the cluster up, then runs the cases. */

const say = (line: string): void => void process.stderr.write(`e2e: ${line}\n`)

const [folder = '', ...vitestArguments] = process.argv.slice(2)

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
  const lacking = lackingForNode()
  const own = lacking.length === 0
  const reached = await startControlPlane({
    folder,
    programs,
    address: own ? '0.0.0.0' : '127.0.0.1',
    ports: { apiServer: await freePort(), etcd: await freePort(), etcdPeer: await freePort() },
  })
  const kubectl = programs('kubectl') ?? 'kubectl'
  installDefinitions(kubectl, reached.kubeconfig)
  const kubelet = programs('kubelet')
  const kubeProxy = programs('kube-proxy')
  const nodes = own && kubelet !== undefined ? nodeMeans(kubelet, kubectl, reached.kubeconfig) : undefined
  if (nodes !== undefined) {
    await startNode({ ...nodes, folder, name: NODE, address: ADDRESS })
    if (kubeProxy !== undefined) startServiceNetwork({ folder, kubeProxy, kubeconfig: reached.kubeconfig })
  }
  say(`cluster of our own at ${reached.server}${own ? ', with a node' : ''}`)
  const noPods = kubelet === undefined ? ['kubelet is not among KUBEBUILDER_ASSETS'] : lacking
  return {
    folder,
    kubeconfig: reached.kubeconfig,
    kubectl,
    helm: programs('helm'),
    helm4: programs('helm4'),
    host: '127.0.0.1',
    etcd: reached.etcd,
    ...(nodes === undefined ? {} : { nodes }),
    lacking: {
      go: lackingForTools(),
      controllers: reached.controllers ? [] : ['kube-controller-manager is not among KUBEBUILDER_ASSETS'],
      pods: noPods,
      'control plane': [],
      helm: programs('helm') === undefined ? ['helm is not on the PATH'] : [],
      helm4: programs('helm4') === undefined ? ['helm4 is not on the PATH'] : [],
    },
  }
}

const nodeMeans = (kubelet: string, kubectl: string, kubeconfig: string): NodeMeans => ({
  kubelet,
  kubectl,
  kubeconfig,
  images: buildNodeImages(path.join(folder, 'images')),
  addresses: path.join(folder, 'addresses'),
})

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

const file = path.join(folder, 'cluster.json')
const kubeconfig = process.env['KUBECONFIG'] ?? ''
const given = kubeconfig === '' ? undefined : prepareGiven(folder, kubeconfig)
writeFileSync(file, JSON.stringify(given?.facts ?? (await ownCluster())))
const vitest = path.resolve('node_modules/vitest/vitest.mjs')
const cases = spawn(
  process.execPath,
  [vitest, 'run', '--config', 'vitest.e2e.config.ts', ...vitestArguments],
  { stdio: 'inherit', env: { ...process.env, SLACKWATER_E2E_CLUSTER: file } },
)
// Whoever ends us ends the cases: the cluster is taken away next.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => cases.kill(signal))
cases.once('exit', (code) => {
  given?.remove()
  process.exitCode = code ?? 1
})
