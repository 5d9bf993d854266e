import pino, { type Logger } from 'pino'
import packageJson from '../../package.json' with { type: 'json' }
import { admit } from '../admission/admit.ts'
import { effective } from '../manifests/effective.ts'
import { expandPaths } from '../manifests/paths.ts'
import { type ManifestSet, readManifests } from '../manifests/read.ts'
import { knownFrom } from '../plan/known.ts'
import { type Certificate, loadCertificate } from '../server/certificate.ts'
import { createMetrics } from '../server/metrics.ts'
import { CannotListen, runServer, type ServerOptions } from '../server/run-server.ts'
import { problemText } from './problem-text.ts'
import { loadSettings } from './settings-file.ts'
import { EXIT, type Terminal } from './terminal.ts'

/** How often the log's buffer is written, at the latest. Milliseconds. */
const LOG_INTERVAL = 100
/** Bytes that are gathered before the log is written: one system call for about thirty decisions. */
const LOG_BUFFER = 12_288

/** The options of `slackwater serve`, as given. Times are seconds. */
export interface ServeOptions {
  readonly manifests: readonly string[]
  readonly namespace: string
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly selfSigned?: true
  readonly host: string
  readonly port: number
  readonly healthPort: number
  readonly drainDelay: number
  readonly settings?: string
  readonly assumeDefaultClass?: string
  readonly logLevel: string
}

/**
 * `slackwater serve --manifests`: the webhook, answering from manifests instead of a cluster.
 * @returns the exit code, once the server has stopped.
 */
export async function runServe(options: ServeOptions, terminal: Terminal): Promise<number> {
  const loaded = await loadSettings(options.settings)
  if (!loaded.ok) return refuse(loaded.problems, terminal)
  const certificate = await certificateFor(options)
  if (typeof certificate === 'string') return refuse([certificate], terminal)
  const manifests = await read(options, terminal)
  const { settings } = loaded
  const { namespace, assumeDefaultClass: assumedDefaultClass } = options
  const { objects } = effective(manifests.objects, namespace)
  const { inventory, problems } = knownFrom({ objects, settings, namespace, assumedDefaultClass })
  // A server that answers from half of what it was told would answer wrongly, and nobody would see it.
  const unusable = [...manifests.problems, ...problems]
  if (unusable.length > 0) return refuse(unusable.map(problemText), terminal)
  const { log, end } = logTo(options.logLevel)
  const server: ServerOptions = {
    host: options.host,
    port: options.port,
    healthPort: options.healthPort,
    certificate,
    ...filesOf(options),
    drainDelayMs: options.drainDelay * 1000,
    admit: (request) => admit(request, { inventory, settings }),
    parts: [],
    metrics: createMetrics(packageJson.version),
    log,
    onSignal: terminal.onSignal,
    exit: terminal.exit,
  }
  return listenAndServe(server, terminal).finally(end)
}

async function listenAndServe(options: ServerOptions, { err }: Terminal): Promise<number> {
  try {
    await runServer(options)
    return EXIT.ok
  } catch (error) {
    if (!(error instanceof CannotListen)) throw error
    err(`error: ${error.message}\n`)
    return EXIT.badInput
  }
}

function refuse(problems: readonly string[], { err }: Terminal): number {
  for (const problem of problems) err(`error: ${problem}\n`)
  return EXIT.badInput
}

async function read({ manifests }: ServeOptions, { readStdin }: Terminal): Promise<ManifestSet> {
  const { sources, problems, notes } = await expandPaths(manifests, readStdin)
  const set = readManifests(sources)
  return { objects: set.objects, problems: [...problems, ...set.problems], notes: [...notes, ...set.notes] }
}

/** The certificate, or a sentence on why there is none. */
async function certificateFor(options: ServeOptions): Promise<Certificate | string> {
  const { tlsCert: cert, tlsKey: key, selfSigned, host } = options
  if (selfSigned === true) {
    const made = await import('../server/self-signed.ts')
    return made.selfSigned(['localhost', '127.0.0.1', ...(host === '0.0.0.0' ? [] : [host])])
  }
  if (cert === undefined || key === undefined)
    return 'give --tls-cert and --tls-key, or --self-signed for trying it out'
  const loaded = await loadCertificate({ cert, key })
  return loaded.ok ? loaded.certificate : loaded.problem
}

const filesOf = ({ tlsCert: cert, tlsKey: key, selfSigned }: ServeOptions) =>
  cert === undefined || key === undefined || selfSigned === true ? {} : { certificateFiles: { cert, key } }

/** One line of JSON for each event on standard output, written in batches so that logging costs no request. */
function logTo(level: string): { readonly log: Logger; readonly end: () => void } {
  const destination = pino.destination({ dest: 1, sync: false, minLength: LOG_BUFFER })
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  )
  const timer = setInterval(() => destination.flush(), LOG_INTERVAL)
  timer.unref()
  const end = (): void => {
    clearInterval(timer)
    destination.flushSync()
  }
  return { log, end }
}
