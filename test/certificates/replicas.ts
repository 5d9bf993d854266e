import { X509Certificate } from 'node:crypto'
import pino from 'pino'
import { newAuthority, newServing, type Pair } from '../../src/certificates/issuer.ts'
import type { ServedCertificate } from '../../src/certificates/keeper.ts'
import { type SelfManaged, selfManagedCertificates } from '../../src/certificates/self-managed.ts'
import type { ApiServer } from '../../src/cluster/api-server.ts'
import { runLoop } from '../../src/controller/run-loop.ts'
import type { Clock } from '../../src/pacing/clock.ts'
import { apiAt, FakeApiServer, SECRETS, VALIDATING_WEBHOOKS, WEBHOOKS } from '../cluster/fake-api-server.ts'
import { FakeClock, Traffic } from '../controller/fake-clock.ts'

export const NAMESPACE = 'slackwater-system'
export const SECRET = 'slackwater-certificates'
export const CONFIGURATION = 'slackwater'
export const SECRET_PATH = `/api/v1/namespaces/${NAMESPACE}/secrets/${SECRET}`
export const VALIDATING_PATH = `${VALIDATING_WEBHOOKS}/${CONFIGURATION}`
export const CONFIGURATION_PATH = `${WEBHOOKS}/${CONFIGURATION}`
export const NAMES = [
  `slackwater.${NAMESPACE}.svc`,
  `slackwater.${NAMESPACE}.svc.cluster.local`,
  `slackwater.${NAMESPACE}`,
]

const HOUR = 3_600_000
export const DAY = 24 * HOUR

export interface Replica {
  readonly made: SelfManaged
  /** What it serves now. */
  readonly served: () => ServedCertificate | undefined
  /** Its clock is wrong by so many milliseconds from now on. */
  readonly jump: (by: number) => void
  readonly stop: () => Promise<void>
}

/** Replicas of one installation, on a fake API server, with time that passes when a test lets it. */
export class Replicas {
  readonly server = new FakeApiServer()
  readonly lines: Record<string, unknown>[] = []
  readonly #traffic = new Traffic()
  /** How many loops are at work, not asleep. */
  #busy = 0
  readonly clock = new FakeClock(() => this.#settled())
  readonly #stops: (() => Promise<void>)[] = []
  #port = 0

  async start(): Promise<void> {
    this.server.serve(SECRETS, WEBHOOKS, VALIDATING_WEBHOOKS)
    this.#port = await this.server.start()
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops) await stop()
    await this.server.stop()
  }

  /** One that begins now; at most one of them leads. */
  replica({ leads = false } = {}): Replica {
    let wrong = 0
    let served: ServedCertificate | undefined
    const stop = new AbortController()
    const clock = this.#watched({
      now: () => this.clock.now(),
      date: () => new Date(this.clock.date().getTime() + wrong),
      sleep: (ms, signal) => this.clock.sleep(ms, signal),
    })
    const log = pino({ base: null, timestamp: false }, { write: (line) => this.lines.push(JSON.parse(line)) })
    const made = selfManagedCertificates({
      api: this.api(),
      namespace: NAMESPACE,
      name: SECRET,
      service: 'slackwater',
      configurations: [
        { kind: 'MutatingWebhookConfiguration', name: CONFIGURATION },
        { kind: 'ValidatingWebhookConfiguration', name: CONFIGURATION },
      ],
      clock,
      random: () => 0,
      log,
      onAuthority: () => undefined,
    })
    made.onServe((certificate) => {
      served = certificate
    })
    const options = {
      clock,
      random: () => 0,
      doubt: () => 'nothing is known',
      onTick: () => undefined,
      onTickFailed: (_: string, error: unknown) => log.warn({ error: String(error) }, 'tick failed'),
    }
    const running = [this.#atWork(made.keeper.run(stop.signal))]
    if (leads) running.push(this.#atWork(runLoop(made.loop, options, stop.signal)))
    const end = async (): Promise<void> => {
      stop.abort()
      await Promise.all(running)
    }
    this.#stops.push(end)
    return {
      made,
      served: () => served,
      jump: (by) => {
        wrong = by
      },
      stop: end,
    }
  }

  api(): ApiServer {
    return this.#traffic.through(apiAt(this.#port))
  }

  said(msg: string): readonly Record<string, unknown>[] {
    return this.lines.filter((line) => line['msg'] === msg)
  }

  /** The Secret's values, decoded. */
  secret(): Readonly<Record<string, string>> | undefined {
    const data = this.server.stored(SECRETS, SECRET, NAMESPACE)?.['data'] as
      | Record<string, string>
      | undefined
    if (data === undefined) return undefined
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, decoded(value)]))
  }

  putSecret(texts: Readonly<Record<string, string>>): void {
    const data = Object.fromEntries(
      Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
    )
    this.server.put(SECRETS, { metadata: { name: SECRET, namespace: NAMESPACE }, data })
  }

  /** Our configurations of both kinds with two webhooks each, and somebody else's. */
  putConfigurations(): void {
    for (const kind of [WEBHOOKS, VALIDATING_WEBHOOKS])
      for (const name of [CONFIGURATION, 'other'])
        this.server.put(kind, {
          metadata: { name },
          webhooks: ['workloads', 'pods'].map((webhook) => ({
            name: `${webhook}.${name}.dev`,
            clientConfig: { service: { name, namespace: NAMESPACE, path: '/mutate' } },
          })),
        })
  }

  /** What each webhook of a configuration trusts, PEM; empty where it says nothing. */
  bundles(name = CONFIGURATION, kind = WEBHOOKS): readonly string[] {
    const webhooks = this.server.stored(kind, name)?.['webhooks'] as
      | readonly { readonly clientConfig: { readonly caBundle?: string } }[]
      | undefined
    return (webhooks ?? []).map(({ clientConfig: { caBundle = '' } }) => decoded(caBundle))
  }

  writesTo(path: string): number {
    return this.server.writes.filter((write) => write.path === path).length
  }

  /** Keys are made in threads of their own, which neither clock nor requests know of. */
  async #settled(): Promise<void> {
    do await this.#traffic.settled()
    while (this.#busy > 0)
  }

  #watched(clock: Clock): Clock {
    return {
      ...clock,
      sleep: async (ms, signal) => {
        this.#busy--
        await clock.sleep(ms, signal)
        this.#busy++
      },
    }
  }

  async #atWork(work: Promise<void>): Promise<void> {
    this.#busy++
    await work
    this.#busy--
  }
}

const decoded = (text: string): string => Buffer.from(text, 'base64').toString('utf8')

/** Certificates as they would have been made so many days ago, the authority with so many days left. */
export async function madeBefore(
  now: number,
  { days = 0, authorityLeft = 3650 - days }: { days?: number; authorityLeft?: number } = {},
): Promise<Readonly<Record<string, string>>> {
  const begins = now - days * DAY - HOUR
  const authority = await newAuthority({ begins, ends: now + authorityLeft * DAY })
  const validity = { begins, ends: now + (365 - days) * DAY }
  return textsOf(authority, await newServing({ authority, names: NAMES, validity }))
}

export const textsOf = (authority: Pair, serving: Pair): Readonly<Record<string, string>> => ({
  'ca.crt': authority.cert,
  'ca.key': authority.key,
  'tls.crt': serving.cert,
  'tls.key': serving.key,
})

/** The certificates in a bundle. */
export const blocks = (bundle: string): readonly string[] =>
  bundle.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----\n?/g) ?? []

const judged = new Map<string, boolean>()
const parsed = new Map<string, X509Certificate>()

/** Each is looked at thousands of times. */
function certificateOf(pem: string): X509Certificate {
  const certificate = parsed.get(pem) ?? new X509Certificate(pem)
  parsed.set(pem, certificate)
  return certificate
}

/** Whether a client that trusts a bundle believes a certificate, by a clock that is right. */
export function believes(bundle: string, { cert }: { readonly cert: string }, now: number): boolean {
  const holds = (one: X509Certificate): boolean =>
    one.validFromDate.getTime() <= now && now <= one.validToDate.getTime()
  const leaf = certificateOf(cert)
  return blocks(bundle).some((block) => {
    const authority = certificateOf(block)
    const key = `${authority.fingerprint256} ${leaf.fingerprint256}`
    const signed = judged.get(key) ?? (leaf.checkIssued(authority) && leaf.verify(authority.publicKey))
    judged.set(key, signed)
    return signed && holds(authority) && holds(leaf) && leaf.checkHost(NAMES[0] ?? '') !== undefined
  })
}

/**
 * API servers that call every replica all the time, each trusting what the configuration said up to so many
 * milliseconds ago.
 */
export class Clients {
  readonly #replicas: Replicas
  readonly #called: readonly Replica[]
  readonly #lag: number
  #known: { readonly at: number; readonly bundles: readonly string[] }[] = []
  /** Calls that failed: when, in seconds. */
  readonly failures: number[] = []
  /** How many certificates were trusted at a time, each change once. */
  readonly steps: number[] = []

  constructor(replicas: Replicas, called: readonly Replica[], lag: number) {
    this.#replicas = replicas
    this.#called = called
    this.#lag = lag
  }

  /** Lets time pass, with a call to each replica at each step. Milliseconds. */
  async callFor(ms: number, step: number): Promise<void> {
    const { clock } = this.#replicas
    const end = clock.now() + ms
    while (clock.now() < end) {
      this.#call()
      await clock.pass(step)
    }
    this.#call()
  }

  #call(): void {
    const { clock } = this.#replicas
    const bundles = this.#replicas.bundles()
    const count = blocks(bundles[0] ?? '').length
    if (this.steps.at(-1) !== count) this.steps.push(count)
    if (this.#known.at(-1)?.bundles.join() !== bundles.join()) this.#known.push({ at: clock.now(), bundles })
    // What was true until then may still be believed, for as long as an API server may lag.
    this.#known = this.#known.filter((_, index) => {
      const next = this.#known[index + 1]
      return next === undefined || clock.now() - next.at <= this.#lag
    })
    const now = clock.date().getTime()
    for (const { bundles: trusted } of this.#known) {
      for (const bundle of trusted) {
        for (const { served } of this.#called) {
          const certificate = served()
          if (certificate === undefined || !believes(bundle, certificate, now))
            this.failures.push(clock.now() / 1000)
        }
      }
    }
  }
}
