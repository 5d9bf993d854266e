import { gateServices, lbcHomes } from '../discovery/lbc/lbc-deployment.ts'
import { type LbcReading, readLbc } from '../discovery/lbc/lbc-settings.ts'
import type { DiscoveryObject } from '../discovery/objects/discovery-object.ts'
import type { DiscoverySettings, EffectiveSettings, ObjectView } from '../discovery/objects/view.ts'
import { keyOf } from './filing.ts'

/** What is seen of the load balancer controller, read again only when something that tells of it changes. */
export class FollowedLbc {
  readonly #view: ObjectView
  readonly #settings: DiscoverySettings
  #reading: LbcReading
  /** Services that stand before the controller's webhooks, by key. */
  #services: ReadonlySet<string> = new Set()
  /** Where its Deployment may stand; others that look like it decide nothing. */
  #homes: ReadonlySet<string>

  constructor(view: ObjectView, settings: DiscoverySettings) {
    this.#view = view
    this.#settings = settings
    this.#reading = readLbc(view, settings)
    this.#homes = lbcHomes(view)
  }

  get reading(): LbcReading {
    return this.#reading
  }

  effectiveSettings(): EffectiveSettings {
    const { fromFiles, assumedDefaultClass } = this.#settings
    const reading = { fromFiles, ...(assumedDefaultClass === undefined ? {} : { assumedDefaultClass }) }
    return { ...reading, ...this.#reading.state.settings }
  }

  /**
   * @param changed objects that have come, changed or gone.
   * @returns whether discovery goes by other settings now; the controller's replicas come and go.
   */
  follow(...changed: readonly (DiscoveryObject | undefined)[]): boolean {
    if (!changed.some((object) => object !== undefined && this.#isToldBy(object))) return false
    const before = JSON.stringify(this.#reading.state.settings)
    this.#reading = readLbc(this.#view, this.#settings)
    this.#services = new Set(gateServices(this.#view).map(keyOf))
    this.#homes = lbcHomes(this.#view)
    return JSON.stringify(this.#reading.state.settings) !== before
  }

  #isToldBy({ kind, ref }: DiscoveryObject): boolean {
    if (kind === 'Service') return this.#services.has(keyOf(ref))
    if (kind === 'LbcDeployment') return this.#settings.fromFiles || this.#homes.has(ref.namespace)
    return kind === 'GateWebhooks'
  }
}
