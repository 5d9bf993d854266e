import type { ExposedNamespace, LiveView } from '../inventory/inventory.ts'
import type { AwsController } from '../model/exposure.ts'
import type { Settings } from '../model/settings.ts'
import { gateDecisions } from './gate-decision.ts'
import { type GateInjector, homesOf } from './gate-needs.ts'
import type { GateDecision } from './gate-state.ts'

/** What is decided about readiness gates in a live cluster: the same for the labels, for adoption and for the report. */
interface LiveGates {
  /** @param exposed namespaces that hold an exposure with ip targets. */
  decisions(exposed: readonly ExposedNamespace[]): readonly GateDecision[]
  /** The label of a namespace is set, or is not going to be. */
  isSettled(namespace: string, controller: AwsController): boolean
  /** The namespaces that the load balancer controller runs in: never touched. */
  homes(): readonly string[]
}

/** What is asked of the live copy. */
interface GateView extends Pick<LiveView, 'namespaces' | 'namespace'> {
  lbc(): GateInjector
}

export function liveGates(live: GateView, settings: Settings): LiveGates {
  return {
    decisions: (exposed) =>
      gateDecisions({
        exposed,
        namespaces: live.namespaces(),
        settings,
        controller: live.lbc(),
      }),
    isSettled: (namespace, controller) => {
      const facts = live.namespace(namespace)
      const decided = gateDecisions({
        exposed: [{ namespace, controller }],
        namespaces: facts === undefined ? [] : [facts],
        settings,
        controller: live.lbc(),
      })
      return !decided.some((one) => one.controller === controller && one.state === 'label')
    },
    homes: () => [...homesOf(live.lbc())],
  }
}
