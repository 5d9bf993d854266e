import packageJson from '../../package.json' with { type: 'json' }
import { EXIT } from '../judgement/exit.ts'
import { refuse, type Terminal } from '../render/terminal.ts'
import { answering } from '../serve/answering.ts'
import { type ClientOptions, clientsOf } from '../serve/clients.ts'
import { knowledgeOf } from '../serve/knowledge.ts'
import { leaderOf } from '../serve/leader.ts'
import { logTo } from '../serve/log.ts'
import { reportListener } from '../serve/report-listening.ts'
import { type CertificateOptions, lackingIn, servingCertificates } from '../serve/serving-certificates.ts'
import { createMetrics } from '../server/metrics.ts'
import { CannotListen, runServer } from '../server/run-server.ts'
import type { ServerOptions } from '../server/server-options.ts'
import { loadSettings } from './settings-file.ts'

/** The options of `slackwater serve`, as given. Times are seconds. */
export interface ServeOptions extends CertificateOptions, ClientOptions {
  /** Answer from these files; absent: from a cluster. */
  readonly manifests?: readonly string[]
  readonly kubeconfig?: string
  readonly context?: string
  /** Whether to write to the cluster; absent: only if this process runs as a Pod in it. */
  readonly controller?: boolean
  readonly namespace: string
  readonly port: number
  readonly healthPort: number
  readonly reportPort: number
  readonly drainDelay: number
  readonly settings?: string
  readonly assumeDefaultClass?: string
  readonly logLevel: string
  /** For incomplete request bodies. */
  readonly maxInflightMib: number
  readonly maxConnections: number
}

const MIB = 1024 * 1024

/**
 * `slackwater serve`: the webhook, answering from a cluster that it follows, or from manifests.
 * @returns the exit code, once the server has stopped.
 */
export async function runServe(options: ServeOptions, terminal: Terminal): Promise<number> {
  const loaded = await loadSettings(options.settings)
  if (!loaded.ok) return refuse(loaded.problems, terminal)
  const lacking = lackingIn(options)
  if (lacking !== undefined) return refuse([lacking], terminal)
  const { settings } = loaded
  const { log, logDecision, dropped, end } = logTo(options.logLevel)
  const clients = await clientsOf(options)
  if (typeof clients === 'string') return refuse([clients], terminal)
  const known = await knowledgeOf({ options, settings, log }, terminal)
  if (!known.ok) return refuse(known.problems, terminal)
  const { source } = known
  const { inventory, parts, ages, follow } = source
  const metrics = createMetrics(packageJson.version)
  metrics.watchAges(ages)
  metrics.logLinesDropped(dropped)
  metrics.loadBalancerController(() => source.live?.lbc().deployment)
  const acts = options.controller ?? source.inPod
  const certificates = await servingCertificates(options, { source, acts, settings, metrics, log })
  if (typeof certificates === 'string') return refuse([certificates], terminal)
  const leaving = new AbortController()
  const acting = { acts, settings, metrics, log, loops: certificates.loops, proxy: terminal.proxy }
  const leader = leaderOf(source, acting, leaving.signal)
  const local = reportListener(source, { settings, leader, port: options.reportPort, log })
  const server: ServerOptions = {
    host: options.host,
    port: options.port,
    healthPort: options.healthPort,
    ...certificates.server,
    ...(clients === undefined ? {} : { clients }),
    limits: { bodyBytes: options.maxInflightMib * MIB, connections: options.maxConnections },
    drainDelayMs: options.drainDelay * 1000,
    ...answering(
      { inventory, settings, ...(source.live === undefined ? {} : { traffic: source.live }) },
      leader,
    ),
    parts: [...certificates.parts, ...parts],
    ...(local === undefined ? {} : { local }),
    metrics,
    log,
    logDecision,
    // Before the drain: the next leader, perhaps with other settings, need not wait for it.
    onLeaving: () => leader?.resign(),
    onSignal: terminal.onSignal,
    exit: terminal.exit,
  }
  // A failure of the controller must not end admission; the lease then expires.
  const ended = leader?.ended.catch((error: unknown) =>
    log.error({ err: error }, 'controller failed, answering admission only'),
  )
  const running = [follow(leaving.signal), certificates.run(leaving.signal)]
  try {
    return await listenAndServe(server, terminal)
  } finally {
    leaving.abort()
    await Promise.all([ended, ...running])
    end()
  }
}

async function listenAndServe(options: ServerOptions, terminal: Terminal): Promise<number> {
  try {
    await runServer(options)
    return EXIT.ok
  } catch (error) {
    if (!(error instanceof CannotListen)) throw error
    return refuse([error.message], terminal)
  }
}
