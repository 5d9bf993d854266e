import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, isIP, type Socket } from 'node:net'
import path from 'node:path'
import { cluster } from './cluster.ts'
import { kubectlOk } from './kubectl.ts'

/** A connection to the API server that a test can disturb. */
export interface Wire {
  /** The cluster's own, but by way of this connection. */
  readonly kubeconfig: string
  /** Nothing passes any more, in neither direction, and nobody is told: as where packets are dropped. */
  freeze(): void
  thaw(): void
  /** Ends every connection that stands; new ones pass. */
  cut(): void
  close(): void
}

/** @param user as kubeconfig has it; that of the cluster's own where none is given. */
export async function openWire(user?: Readonly<Record<string, unknown>>): Promise<Wire> {
  const config = await ownConfig()
  const server = new URL(config.clusters[0].cluster.server)
  const pairs = new Set<Pair>()
  let isFrozen = false
  const listener = createServer((client) => {
    const pair = new Pair(client, connect(Number(server.port || 443), server.hostname))
    pairs.add(pair)
    client.once('close', () => pairs.delete(pair))
    if (!isFrozen) pair.join()
  })
  await once(listener.listen(0, '127.0.0.1'), 'listening')
  const { port } = listener.address() as AddressInfo
  const kubeconfig = path.join(cluster.folder, `wire-${port}.kubeconfig`)
  writeFileSync(kubeconfig, JSON.stringify(redirected(config, { port, name: server.hostname, user })))
  const each = (work: (pair: Pair) => void): void => {
    for (const pair of pairs) work(pair)
  }
  return {
    kubeconfig,
    freeze: () => {
      isFrozen = true
      each((pair) => pair.part())
    },
    thaw: () => {
      isFrozen = false
      each((pair) => pair.join())
    },
    cut: () => each((pair) => pair.end()),
    close: () => {
      listener.close()
      each((pair) => pair.end())
    },
  }
}

/** Both ends of one connection. A stream that is piped nowhere stops reading: nothing is lost. */
class Pair {
  readonly #client: Socket
  readonly #server: Socket

  constructor(client: Socket, server: Socket) {
    this.#client = client
    this.#server = server
    for (const socket of [client, server])
      socket.once('error', () => this.end()).once('close', () => this.end())
  }

  join(): void {
    this.#client.pipe(this.#server)
    this.#server.pipe(this.#client)
  }

  part(): void {
    this.#client.unpipe(this.#server)
    this.#server.unpipe(this.#client)
  }

  end(): void {
    this.#client.destroy()
    this.#server.destroy()
  }
}

interface Config {
  readonly clusters: readonly [
    {
      readonly name: string
      readonly cluster: Readonly<Record<string, unknown>> & { readonly server: string }
    },
  ]
  readonly users: readonly [{ readonly name: string; readonly user: Readonly<Record<string, unknown>> }]
}

const ownConfig = async (): Promise<Config> =>
  JSON.parse(
    (await kubectlOk(['config', 'view', '--raw', '--minify', '--flatten', '-o', 'json'])).out,
  ) as Config

interface Redirection {
  readonly port: number
  /** Which the API server's certificate is for. */
  readonly name: string
  readonly user: Readonly<Record<string, unknown>> | undefined
}

function redirected(config: Config, { port, name, user }: Redirection): Config {
  const [{ name: clusterName, cluster: own }] = config.clusters
  const [{ name: userName, user: ownUser }] = config.users
  const server = `https://127.0.0.1:${port}`
  // An address is no server name (RFC 6066).
  const serverName = isIP(name) === 0 ? { 'tls-server-name': name } : {}
  return {
    ...config,
    clusters: [{ name: clusterName, cluster: { ...own, server, ...serverName } }],
    users: [{ name: userName, user: user ?? ownUser }],
  }
}
