import { gateServices } from '../discovery/controller-choice.ts'
import { type ControllerReading, readController } from '../discovery/controller-settings.ts'
import type { DiscoveryKind, DiscoveryObject } from '../discovery/objects.ts'
import type { DiscoverySettings, EffectiveSettings, ObjectView } from '../discovery/view.ts'
import { keyOf } from './filing.ts'

/** Kinds that tell of the load balancer controller; no reading rests on them but through what is read of them here. */
export const CONTROLLER_KINDS: ReadonlySet<DiscoveryKind> = new Set<DiscoveryKind>([
  'ControllerDeployment',
  'GateWebhooks',
])

/** What is seen of the load balancer controller, read again only when something that tells of it changes. */
export class FollowedController {
  readonly #view: ObjectView
  readonly #settings: DiscoverySettings
  #reading: ControllerReading
  /** Services that stand before the controller's webhooks, by key. */
  #services: ReadonlySet<string> = new Set()

  constructor(view: ObjectView, settings: DiscoverySettings) {
    this.#view = view
    this.#settings = settings
    this.#reading = readController(view, settings)
  }

  get reading(): ControllerReading {
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
    this.#reading = readController(this.#view, this.#settings)
    this.#services = new Set(gateServices(this.#view).map(keyOf))
    return JSON.stringify(this.#reading.state.settings) !== before
  }

  #isToldBy({ kind, ref }: DiscoveryObject): boolean {
    return kind === 'Service' ? this.#services.has(keyOf(ref)) : CONTROLLER_KINDS.has(kind)
  }
}
