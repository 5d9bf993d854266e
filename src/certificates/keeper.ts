import type { Logger } from 'pino'
import { isForbidden } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { messageOf } from '../core/model/thrown.ts'
import { type BackOff, createBackOff } from '../pacing/back-off.ts'
import type { Clock } from '../pacing/clock.ts'
import { logThrottle } from '../pacing/log-throttle.ts'
import { carryOut } from './carry-out.ts'
import { type ConfigurationRef, configurationText } from './configurations.ts'
import { due } from './due.ts'
import { Publication } from './publication.ts'
import type { SecretStore, StoredSecret } from './secret-store.ts'
import { type Served, toServe } from './serve.ts'
import type { StoredCertificates } from './stored-certificates.ts'

/** Between two reads of the Secret: the interval for certificate files. Milliseconds. */
const INTERVAL = 5_000
/**
 * The same at the start, until the certificate is trusted, for at most a minute: until then nothing is protected.
 * Milliseconds.
 */
const INTERVAL_AT_START = 1_000
const START = 60_000
/** Longest wait after failed reads; the same as for watches of the cluster. Milliseconds. */
const LONGEST_WAIT = 30_000
/** How often a read is repeated at once because another client wrote; then the usual interval applies. A choice. */
const MOST_INSPECTIONS = 5
/** How often the same problem is logged. Milliseconds. A choice. */
const SAID_AGAIN = 10 * 60_000

interface KeeperOptions {
  readonly api: ApiServer
  readonly store: SecretStore
  /** DNS names that the API server may use for Slackwater. */
  readonly names: readonly string[]
  /** Slackwater's own webhook configurations. */
  readonly configurations: readonly ConfigurationRef[]
  readonly clock: Clock
  readonly random: () => number
  readonly log: Logger
  /** Called for the first certificate to serve, and for each later one. */
  readonly onServe: (certificate: ServedCertificate) => void
  /** Expiry of the first CA in the Secret. */
  readonly onAuthority: (expires: Date) => void
}

/** PEM. */
export interface ServedCertificate {
  readonly cert: string
  readonly key: string
  readonly expires: Date
}

/**
 * Keeps the Secret in order and serves its certificate, in the same way in every replica: the first one creates or
 * renews a certificate, and the others use what they then find.
 */
export interface Keeper {
  /** Whether there is a certificate to serve. */
  readonly isServing: () => boolean
  /** Whether the served certificate was ever trusted: every existing webhook configuration contained its CA. */
  readonly isTrusted: () => boolean
  /** The id of the served certificate's CA. */
  readonly servedBy: () => string | undefined
  /** Checks again and again until aborted; survives everything. */
  run(signal: AbortSignal): Promise<void>
}

export const createKeeper = (options: KeeperOptions): Keeper => new SecretKeeper(options)

class SecretKeeper implements Keeper {
  readonly #options: KeeperOptions
  readonly #publication: Publication
  /** A throttle for each problem that can occur on its own. */
  readonly #isNews: Readonly<Record<'damage' | 'trust' | 'secret', (words: string) => boolean>>
  /** The last content read or written that had a CA: written back if the Secret is gone. */
  #known: StoredCertificates | undefined
  #served: Served | undefined
  #trusted = false
  #settled: { readonly state: string; readonly since: number } | undefined

  constructor(options: KeeperOptions) {
    const now = () => options.clock.now()
    this.#options = options
    this.#publication = new Publication({ ...options, now })
    const throttle = () => logThrottle(SAID_AGAIN, now)
    this.#isNews = { damage: throttle(), trust: throttle(), secret: throttle() }
  }

  isServing = (): boolean => this.#served !== undefined
  isTrusted = (): boolean => this.#trusted
  servedBy = (): string | undefined => this.#served?.authority.id

  async run(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options
    const backOff = createBackOff({ first: INTERVAL_AT_START, longest: LONGEST_WAIT, random })
    const started = clock.now()
    while (!signal.aborted) {
      await clock.sleep(await this.#inspectOnce(backOff, clock.now() - started, signal), signal)
    }
  }

  /** @returns milliseconds until the next check. */
  async #inspectOnce(backOff: BackOff, age: number, signal: AbortSignal): Promise<number> {
    try {
      await this.#inspect(signal)
      backOff.reset()
      return age < START && !this.#trusted ? INTERVAL_AT_START : INTERVAL
    } catch (error) {
      if (!signal.aborted) this.#complain('secret', error)
      return backOff.next()
    }
  }

  async #inspect(signal: AbortSignal): Promise<void> {
    for (let inspections = 0; inspections < MOST_INSPECTIONS; inspections++) {
      const stored = await this.#options.store.read(signal)
      this.#tell(stored)
      const base = this.#baseOf(stored)
      await this.#observe(base, signal)
      // Before anything is written: the certificate that stays in use must be trusted.
      this.#serve(base)
      if (await this.#putInOrder(base, stored, signal)) return
    }
  }

  /** A Secret that is gone, or that has lost its CA, is restored. */
  #baseOf({ certificates }: StoredSecret): StoredCertificates {
    return certificates.authorities.length > 0 ? certificates : (this.#known ?? certificates)
  }

  /** @returns whether it is in order now; false if another client wrote in between. */
  async #putInOrder(
    base: StoredCertificates,
    { certificates, version }: StoredSecret,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { store, names, log } = this.#options
    const means = { now: this.#now(), names, servedBy: this.#served?.authority }
    const what = due(base, {
      ...means,
      published: this.#publication.lasts(base.authorities[0]?.id),
      settled: this.#settledFor(base),
    })
    const next = await carryOut(what, base, means)
    if (next !== certificates) {
      const written = await store.write(next, version, signal)
      if (written === undefined) return false
      log.info({ secret: store.place, what: WORDS[what] }, 'certificate secret written')
      await this.#observe(written.certificates, signal)
      this.#serve(written.certificates)
    }
    return true
  }

  #serve(certificates: StoredCertificates): void {
    const { onServe, onAuthority } = this.#options
    const [first] = certificates.authorities
    if (first !== undefined && first.id !== this.#known?.authorities[0]?.id) onAuthority(new Date(first.ends))
    if (first !== undefined) this.#known = certificates
    const next = toServe(this.#served, certificates, {
      published: (id) => this.#publication.lasts(id),
      now: this.#now(),
    })
    if (next !== undefined && next !== this.#served) {
      const { cert, key, ends } = next.serving
      onServe({ cert, key, expires: new Date(ends) })
    }
    this.#served = next
    this.#trusted ||= next !== undefined && this.#publication.lasts(next.authority.id) !== undefined
  }

  /** Reads the webhook configurations only while the answer matters. */
  async #observe(certificates: StoredCertificates, signal: AbortSignal): Promise<void> {
    const [first] = certificates.authorities
    const concerned = [first?.id, certificates.serving?.issuer, this.servedBy()].filter(
      (id) => id !== undefined,
    )
    if (this.#trusted && new Set(concerned).size < 2) return
    try {
      await this.#publication.inspect(concerned, signal)
    } catch (error) {
      if (!signal.aborted) this.#complain('trust', error)
    }
  }

  /** How long the CAs have been the same, with the first one behind the serving certificate. Milliseconds. */
  #settledFor(certificates: StoredCertificates): number {
    const { clock } = this.#options
    const isFirsts = certificates.serving?.issuer === certificates.authorities[0]?.id
    const state = `${isFirsts} ${certificates.authorities.map(({ id }) => id).join()}`
    if (this.#settled?.state !== state) this.#settled = { state, since: clock.now() }
    return isFirsts ? clock.now() - this.#settled.since : 0
  }

  #now(): number {
    return this.#options.clock.date().getTime()
  }

  #tell({ version, problems }: StoredSecret): void {
    if (version === undefined || problems.length === 0) return
    const { log, store } = this.#options
    if (this.#isNews.damage(problems.join()))
      log.warn({ secret: store.place, problems }, 'certificate secret is damaged')
  }

  #complain(about: 'trust' | 'secret', error: unknown): void {
    const { log, store, configurations } = this.#options
    const said = messageOf(error)
    const right = {
      secret: `Secret ${store.place} (get, create, patch)`,
      trust: `${configurations.map(configurationText).join(', ')} (get, patch)`,
    }[about]
    const problem = isForbidden(error) ? `missing permission: ${right}: ${said}` : said
    if (this.#isNews[about](problem)) log.warn({ problem }, 'certificate maintenance failed')
  }
}

const WORDS = {
  nothing: 'restored unchanged',
  authority: 'a new CA',
  serving: 'a new serving certificate',
  overlap: 'the CA of the current certificate',
  retirement: 'without the previous CA',
} as const
