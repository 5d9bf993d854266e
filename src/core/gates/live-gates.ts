import type { ExposedNamespace, InventoryView, LiveView } from '../inventory/inventory.ts'
import type { AwsController } from '../model/exposure.ts'
import type { Settings } from '../model/settings.ts'
import { gateDecisions } from './gate-decision.ts'
import { type GateInjector, homesOf } from './gate-needs.ts'
import type { GateDecision } from './gate-state.ts'

/** The readiness-gate decisions in a live cluster, shared by the labels, adoption and the report. */
interface LiveGates {
  /** @param exposed namespaces that have an exposure with ip targets. */
  decisions(exposed: readonly ExposedNamespace[]): readonly GateDecision[]
  /** The label of a namespace is set, or will not be set. */
  isSettled(namespace: string, controller: AwsController): boolean
  /** The namespaces that the load balancer controller runs in: Slackwater never changes them. */
  homes(): readonly string[]
}

/** The part of the live inventory that is needed. */
interface GateView extends Pick<LiveView, 'namespaces' | 'namespace'> {
  lbc(): GateInjector
  gatedPeers?: InventoryView['gatedPeers']
}

/** @param hold why no further namespace is labeled now; absent: never. */
export function liveGates(
  live: GateView,
  settings: Settings,
  hold: () => string | undefined = () => undefined,
): LiveGates {
  const peers: InventoryView['gatedPeers'] = (...query) => live.gatedPeers?.(...query)
  return {
    decisions: (exposed) =>
      gateDecisions({
        exposed,
        namespaces: live.namespaces(),
        settings,
        controller: live.lbc(),
        peers,
        hold: hold(),
      }),
    isSettled: (namespace, controller) => {
      const facts = live.namespace(namespace)
      const decided = gateDecisions({
        exposed: [{ namespace, controller }],
        namespaces: facts === undefined ? [] : [facts],
        settings,
        controller: live.lbc(),
        peers,
        hold: hold(),
      })
      return !decided.some((one) => one.controller === controller && one.state === 'label')
    },
    homes: () => [...homesOf(live.lbc())],
  }
}
