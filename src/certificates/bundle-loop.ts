import type { Logger } from 'pino'
import type { ApiServer } from '../cluster/api-server.ts'
import type { ControlLoop } from '../cluster/control-loop.ts'
import type { Clock } from '../pacing/clock.ts'
import { type ConfigurationRef, configurationText, readConfiguration, writeBundle } from './configurations.ts'
import type { SecretStore } from './secret-store.ts'
import { bundleOf, hasAuthority } from './stored-certificates.ts'

interface BundleLoopOptions {
  readonly api: ApiServer
  readonly store: SecretStore
  /** Slackwater's own webhook configurations: it writes no others. */
  readonly configurations: readonly ConfigurationRef[]
  /** The id of the CA of this process's serving certificate; undefined while it serves none. */
  readonly servedBy: () => string | undefined
  readonly clock: Clock
  readonly log: Logger
}

/**
 * At its start a process may lead before it has a certificate: interval and time limit of the wait for it.
 * Milliseconds. Choices.
 */
const LOOK = 200
const LONGEST_WAIT = 5_000

/** The leader makes every webhook of Slackwater's configurations trust exactly the CAs in the Secret. */
export const createBundleLoop = (options: BundleLoopOptions): ControlLoop => new BundleLoop(options)

class BundleLoop implements ControlLoop {
  readonly name = 'ca-bundle'
  readonly regardlessOfDoubt = true
  readonly #options: BundleLoopOptions
  readonly #absent = new Set<string>()

  constructor(options: BundleLoopOptions) {
    this.#options = options
  }

  async tick(signal: AbortSignal): Promise<void> {
    const { configurations, servedBy, store } = this.#options
    await this.#firstCertificate(signal)
    const { certificates } = await store.read(signal)
    // Before the Secret is in order, its bundle may lack the CA of a certificate in use.
    if (!hasAuthority(certificates, servedBy())) return
    const bundle = bundleOf(certificates)
    const failures: unknown[] = []
    for (const ref of configurations) {
      await this.#write(ref, bundle, signal).catch((error: unknown) => failures.push(error))
    }
    if (failures.length > 0) throw failures[0]
  }

  async #firstCertificate(signal: AbortSignal): Promise<void> {
    const { servedBy, clock } = this.#options
    for (let waited = 0; servedBy() === undefined && waited < LONGEST_WAIT; waited += LOOK)
      await clock.sleep(LOOK, signal)
  }

  async #write(ref: ConfigurationRef, bundle: string, signal: AbortSignal): Promise<void> {
    const { api, log } = this.#options
    const name = configurationText(ref)
    const configuration = await readConfiguration(api, ref, signal)
    if (configuration === undefined) {
      if (!this.#absent.has(name)) log.warn({ configuration: name }, 'no such webhook configuration')
      this.#absent.add(name)
      return
    }
    this.#absent.delete(name)
    if (signal.aborted) return
    if (await writeBundle(api, { ref, configuration, bundle }, signal))
      log.info({ configuration: name }, 'CA written to webhook configuration')
  }
}
