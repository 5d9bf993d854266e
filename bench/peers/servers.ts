import { type ChildProcess, spawnSync } from 'node:child_process'
import { closeSync, copyFileSync, existsSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { homedir } from 'node:os'
import path from 'node:path'
import { messageOf } from '../../src/core/model/thrown.ts'
import { go } from '../../test/e2e/cluster/parts.ts'
import type { Ground, Server } from '../http-servers.ts'
import { freePort, startProgram } from '../processes.ts'
import { answerForStore } from './pepr-store.ts'

/**
 * Other webhooks, which do the same for every object: a hook of 45 s in each container that has none, and a grace of 75 s.
 * What they are made with comes from the registries of Go and npm, once, into a folder of the user's cache. Nothing of
 * it is a dependency of Slackwater.
 */

export const CONTROLLER_RUNTIME = '0.25.2'
export const PEPR = '1.1.4'

export interface Peer {
  /** At most 20 characters. */
  readonly name: string
  /** Ends the id of a row. */
  readonly id: string
  /** Gets what it is made with, if that is not there. @throws where that fails, with the words of the tool. */
  readonly install: () => void
  readonly start: (ground: Ground) => Promise<Server>
}

const CACHE = path.join(homedir(), '.cache', 'slackwater-bench')

const sourceOf = (peer: string, file: string): string => path.join(import.meta.dirname, peer, file)

/** Built from one file, with a module beside it or without. */
function goPeer(id: string, name: string, module: string | undefined): Peer {
  const folder = path.join(CACHE, id, module?.split('@')[1] ?? '')
  const program = path.join(folder, 'webhook')
  const install = (): void => {
    mkdirSync(folder, { recursive: true })
    copyFileSync(sourceOf(id, 'main.go'), path.join(folder, 'main.go'))
    if (!existsSync(path.join(folder, 'go.mod'))) go(folder, ['mod', 'init', 'example.com/peer'])
    if (module !== undefined) go(folder, ['get', module])
    // Nothing is compiled where nothing has changed.
    go(folder, ['build', '-trimpath', '-o', program, '.'])
  }
  const start = async (ground: Ground): Promise<Server> => {
    const port = await freePort()
    const child = started(ground, id, [program, String(port), ground.folder])
    return ground.other({ process: child, port, path: '/mutate', isNumbered: false }, PROBE)
  }
  return { id, name, install, start }
}

/** On the first core, with its log in a file. */
function started(
  ground: Ground,
  id: string,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  const log = openSync(ground.file(`${id}.log`), 'a')
  const child = startProgram(command, { core: 0, stdout: log, stderr: log, env })
  closeSync(log)
  return child
}

/** To which every one of them answers something. */
const PROBE = JSON.stringify({
  kind: 'AdmissionReview',
  apiVersion: 'admission.k8s.io/v1',
  request: {
    uid: '1',
    kind: { group: '', version: 'v1', kind: 'Pod' },
    operation: 'CREATE',
    namespace: 'default',
    object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'probe' }, spec: { containers: [] } },
  },
})

const peprFolder = path.join(CACHE, 'pepr', PEPR)

function installPepr(): void {
  const done = path.join(peprFolder, 'node_modules')
  mkdirSync(peprFolder, { recursive: true })
  copyFileSync(sourceOf('pepr', 'webhook.mjs'), path.join(peprFolder, 'webhook.mjs'))
  if (existsSync(done)) return
  const half = path.join(peprFolder, 'half')
  mkdirSync(half, { recursive: true })
  const about = { name: 'peer', private: true, dependencies: { pepr: PEPR } }
  writeFileSync(path.join(half, 'package.json'), JSON.stringify(about))
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const { status, stderr, error } = spawnSync('npm', args, { cwd: half, encoding: 'utf8' })
  if (error !== undefined) throw new Error(`npm is needed to install pepr ${PEPR}: ${error.message}`)
  if (status !== 0) throw new Error(`npm install pepr@${PEPR}: ${stderr}`)
  renameSync(path.join(half, 'node_modules'), done)
}

/** It reads and watches a resource of its own before it answers reviews: an API server is played to it. */
async function startPepr(ground: Ground): Promise<Server> {
  const [port, store] = [await freePort(), await playedStore()]
  const kubeconfig = ground.file(`pepr-${port}.kubeconfig`)
  const server = `http://127.0.0.1:${(store.address() as AddressInfo).port}`
  writeFileSync(kubeconfig, JSON.stringify(kubeconfigFor(server)))
  const env = {
    ...{ SSL_KEY_PATH: ground.file('tls.key'), SSL_CERT_PATH: ground.file('tls.crt') },
    ...{ PEPR_API_PATH: 'bench', PEPR_WATCH_MODE: 'false', KUBECONFIG: kubeconfig, NODE_ENV: 'production' },
  }
  const program = [process.execPath, path.join(peprFolder, 'webhook.mjs'), String(port)]
  const child = started(ground, 'pepr', program, env)
  child.once('exit', () => {
    store.closeAllConnections()
    store.close()
  })
  return ground.other({ process: child, port, path: '/mutate/bench', isNumbered: false }, PROBE)
}

function playedStore(): Promise<HttpServer> {
  const server = createServer(answerForStore)
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

const kubeconfigFor = (server: string) => ({
  ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'bench', users: [{ name: 'bench', user: {} }] },
  clusters: [{ name: 'bench', cluster: { server, 'insecure-skip-tls-verify': true } }],
  contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
})

/** In the order of the table. */
export const PEERS: readonly Peer[] = [
  goPeer('net-http', 'Go net/http', undefined),
  goPeer('controller-runtime', 'controller-runtime', `sigs.k8s.io/controller-runtime@v${CONTROLLER_RUNTIME}`),
  { id: 'pepr', name: 'Pepr', install: installPepr, start: startPepr },
]

/** Those that can be measured here. @param say why another one cannot. */
export function installed(say: (line: string) => void): readonly Peer[] {
  return PEERS.filter(({ name, install }) => {
    try {
      say(`${name}: getting what it is made with, if it is not there`)
      install()
      return true
    } catch (error) {
      say(`${name} is not measured: ${messageOf(error).slice(0, LONGEST_REASON)}`)
      return false
    }
  })
}

/** Characters of what a tool says; a choice. */
const LONGEST_REASON = 1_000
