import pino, { type Logger } from 'pino'
import packageJson from '../../package.json' with { type: 'json' }
import { admit } from '../admission/admit.ts'
import { readAhead } from '../admission/read-ahead.ts'
import { atOnceOrInSlices } from '../cluster/slices.ts'
import type { ControlLoop } from '../controller/control-loop.ts'
import { printableJson } from '../core/model/printable.ts'
import type { Settings } from '../core/model/settings.ts'
import { createMetrics, type Metrics } from '../server/metrics.ts'
import { CannotListen, runServer, type ServerOptions } from '../server/run-server.ts'
import { type ClientOptions, clientsOf } from './clients.ts'
import { type Controller, startController } from './controller.ts'
import { type KnowledgeSource, knowledgeOf } from './knowledge.ts'
import { createLogDestination } from './log-destination.ts'
import { reportListener } from './report-listener.ts'
import { type CertificateOptions, lackingIn, servingCertificates } from './serving-certificates.ts'
import { loadSettings } from './settings-file.ts'
import { EXIT, refuse, type Terminal } from './terminal.ts'

/** The options of `slackwater serve`, as given. Times are seconds. */
export interface ServeOptions extends CertificateOptions, ClientOptions {
  /** Answer from these files; absent: from a cluster. */
  readonly manifests?: readonly string[]
  readonly kubeconfig?: string
  readonly context?: string
  /** Act on the cluster too; absent: only where we run in it. */
  readonly controller?: boolean
  readonly namespace: string
  readonly port: number
  readonly healthPort: number
  readonly reportPort: number
  readonly drainDelay: number
  readonly settings?: string
  readonly assumeDefaultClass?: string
  readonly logLevel: string
  /** For request bodies that have not come whole yet. */
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
  const { log, dropped, end } = logTo(options.logLevel)
  const clients = await clientsOf(options)
  if (typeof clients === 'string') return refuse([clients], terminal)
  const known = await knowledgeOf({ options, settings, log }, terminal)
  if (!known.ok) return refuse(known.problems, terminal)
  const { source } = known
  const { inventory, parts, ages, follow } = source
  const metrics = createMetrics(packageJson.version)
  metrics.watchAges(ages)
  metrics.logLinesDropped(dropped)
  metrics.loadBalancerController(() => source.live?.controller().deployment)
  const acts = options.controller ?? source.inPod
  const certificates = await servingCertificates(options, { source, acts, settings, metrics, log })
  if (typeof certificates === 'string') return refuse([certificates], terminal)
  const local = reportListener(source, { settings, port: options.reportPort, log })
  const leaving = new AbortController()
  const { loops } = certificates
  const controller = controllerOf(source, { acts, settings, metrics, log, loops }, leaving.signal)
  const server: ServerOptions = {
    host: options.host,
    port: options.port,
    healthPort: options.healthPort,
    ...certificates.server,
    ...(clients === undefined ? {} : { clients }),
    limits: { bodyBytes: options.maxInflightMib * MIB, connections: options.maxConnections },
    drainDelayMs: options.drainDelay * 1000,
    admit: (request) => {
      const answer = admit(request, { inventory, settings })
      controller?.answered(answer)
      return answer
    },
    readAhead: (request) => {
      const steps = readAhead(request, inventory)
      return steps && atOnceOrInSlices(steps)
    },
    parts: [...certificates.parts, ...parts],
    ...(local === undefined ? {} : { local }),
    metrics,
    log,
    onSignal: terminal.onSignal,
    exit: terminal.exit,
  }
  // A fault there must not end admission; the lease then runs out.
  const acting = controller?.ended.catch((error: unknown) =>
    log.error({ err: error }, 'controller failed, answering admission only'),
  )
  const running = [follow(leaving.signal), certificates.run(leaving.signal)]
  try {
    return await listenAndServe(server, terminal)
  } finally {
    leaving.abort()
    await Promise.all([acting, ...running])
    end()
  }
}

interface Acting {
  readonly acts: boolean
  readonly loops: readonly ControlLoop[]
  readonly settings: Settings
  readonly metrics: Metrics
  readonly log: Logger
}

/** Who tries the webhook out with a kubeconfig does not thereby write to a cluster: only our own Pod does so unasked. */
function controllerOf(
  { api, live }: KnowledgeSource,
  { acts, loops: furtherLoops, settings, metrics, log }: Acting,
  signal: AbortSignal,
): Controller | undefined {
  if (api === undefined || live === undefined) return undefined
  if (acts)
    return startController({ api, live, settings, metrics: metrics.controller, log, furtherLoops }, signal)
  log.info('answering admission only')
  return undefined
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

interface Log {
  readonly log: Logger
  readonly dropped: () => number
  readonly end: () => void
}

/** One line of JSON for each event on standard output, written in batches so that logging costs no request. */
function logTo(level: string): Log {
  const destination = createLogDestination({
    fd: 1,
    onRecovered: (dropped) => log.warn({ dropped }, 'log lines dropped'),
  })
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: printableJson },
    },
    destination,
  )
  // A second signal, or a fault, ends the process without coming back here; the end can be asked for twice.
  process.once('exit', destination.end)
  return { log, dropped: destination.dropped, end: destination.end }
}
