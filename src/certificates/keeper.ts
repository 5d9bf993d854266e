import type { Logger } from 'pino'
import { isForbidden } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { messageOf } from '../core/model/thrown.ts'
import { type BackOff, createBackOff } from '../pacing/back-off.ts'
import type { Clock } from '../pacing/clock.ts'
import { logThrottle } from '../pacing/log-throttle.ts'
import { carryOut } from './carry-out.ts'
import { due } from './due.ts'
import { Publication } from './publication.ts'
import type { SecretStore, StoredSecret } from './secret-store.ts'
import { type Served, toServe } from './serve.ts'
import type { StoredCertificates } from './stored-certificates.ts'

/** Between two looks at the Secret: as often as certificate files are read. Milliseconds. */
const INTERVAL = 5_000
/** The same at the start, until we are trusted: meanwhile nothing is protected. For a minute at the longest. Milliseconds. */
const INTERVAL_AT_START = 1_000
const START = 60_000
/** After looks that failed, at the longest; as watches of the cluster. Milliseconds. */
const LONGEST_WAIT = 30_000
/** How often a look is repeated at once because somebody else wrote; then it waits like any other. */
const MOST_INSPECTIONS = 5
/** How often the same problem is logged. Milliseconds. */
const SAID_AGAIN = 10 * 60_000

interface KeeperOptions {
  readonly api: ApiServer
  readonly store: SecretStore
  /** DNS names that the API server may call us by. */
  readonly names: readonly string[]
  /** Our own webhook configurations. */
  readonly configurations: readonly string[]
  readonly clock: Clock
  readonly random: () => number
  readonly log: Logger
  /** Another certificate is to be served from now on; so is the first. */
  readonly onServe: (certificate: ServedCertificate) => void
  /** Of the first authority that is kept. */
  readonly onAuthority: (expires: Date) => void
}

/** PEM. */
export interface ServedCertificate {
  readonly cert: string
  readonly key: string
  readonly expires: Date
}

/**
 * Keeps the Secret in order and serves what is in it, in every replica alike: whoever comes first makes or renews a
 * certificate, and the others take what they then find.
 */
export interface Keeper {
  /** There is a certificate to serve. */
  readonly isServing: () => boolean
  /** API servers have once been seen to trust it: every webhook configuration that is there had its authority. */
  readonly isTrusted: () => boolean
  /** The id of the authority behind what is served. */
  readonly servedBy: () => string | undefined
  /** Looks again and again until it is aborted; survives everything. */
  run(signal: AbortSignal): Promise<void>
}

export const createKeeper = (options: KeeperOptions): Keeper => new SecretKeeper(options)

class SecretKeeper implements Keeper {
  readonly #options: KeeperOptions
  readonly #publication: Publication
  /** One for each thing that may go wrong by itself. */
  readonly #isNews: Readonly<Record<'damage' | 'trust' | 'secret', (words: string) => boolean>>
  /** As last read or written, while it had an authority: what is written back where the Secret is gone. */
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

  /** @returns milliseconds until the next look. */
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
      // Before anything is written: what goes on being served is to be trusted.
      this.#serve(base)
      if (await this.#putInOrder(base, stored, signal)) return
    }
  }

  /** A Secret that is gone, or says nothing of an authority any more, is made again as it was. */
  #baseOf({ certificates }: StoredSecret): StoredCertificates {
    return certificates.authorities.length > 0 ? certificates : (this.#known ?? certificates)
  }

  /** @returns whether it is in order now; not, where somebody else wrote in between. */
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

  /** Webhook configurations are asked only while the answer matters. */
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

  /** How long the authorities have been the same, and the first one behind the serving certificate. */
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
      trust: `MutatingWebhookConfiguration ${configurations.join(', ')} (get, patch)`,
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
