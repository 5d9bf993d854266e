import type { ApiServer } from '../cluster/api-server.ts'
import { type ConfigurationRef, readConfiguration, type WebhookConfiguration } from './configurations.ts'
import { idsIn } from './read-certificates.ts'

interface PublicationOptions {
  readonly api: ApiServer
  /** Slackwater's own webhook configurations. */
  readonly configurations: readonly ConfigurationRef[]
  /** A monotonic clock, milliseconds. */
  readonly now: () => number
}

/** Since when each CA has been seen in every webhook configuration. */
export class Publication {
  readonly #options: PublicationOptions
  #since = new Map<string, number>()

  constructor(options: PublicationOptions) {
    this.#options = options
  }

  /** Reads the configurations. If that fails, the times so far are discarded. @throws as readConfiguration. */
  async inspect(ids: readonly string[], signal: AbortSignal): Promise<void> {
    const { api, configurations, now } = this.#options
    const before = this.#since
    this.#since = new Map()
    const found: (WebhookConfiguration | undefined)[] = []
    for (const ref of configurations) found.push(await readConfiguration(api, ref, signal))
    const bundles = found.flatMap(bundlesOf)
    // If there is no configuration, no API server calls Slackwater, and any CA will do.
    const published = ids.filter((id) => bundles.every((bundle) => bundle.includes(id)))
    this.#since = new Map(published.map((id) => [id, before.get(id) ?? now()]))
  }

  /** How long it has been in all of them, milliseconds; undefined if it is not in all, or was not checked. */
  lasts(id: string | undefined): number | undefined {
    const since = id === undefined ? undefined : this.#since.get(id)
    return since === undefined ? undefined : this.#options.now() - since
  }
}

/** The ids of the authorities that each webhook trusts. */
const bundlesOf = (configuration: WebhookConfiguration | undefined): readonly (readonly string[])[] =>
  (configuration?.webhooks ?? []).map(({ caBundle }) =>
    idsIn(Buffer.from(caBundle, 'base64').toString('utf8')),
  )
