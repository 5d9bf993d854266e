import type { ControllerFacts, GateOutlook } from '../core/decision/controller-facts.ts'
import { noInjection } from '../core/discovery/controller-settings.ts'
import type { ControllerState } from '../core/discovery/controller-state.ts'
import { selectsObject } from '../core/discovery/label-selector.ts'
import { controllerNeeds, webhooksOf } from '../core/gates/controller-needs.ts'
import type { Exposure, GroupController } from '../core/model/exposure.ts'
import { refText } from '../core/model/object-ref.ts'
import type { Labels, NamespaceFacts } from '../core/model/workload.ts'
import { given } from '../kubernetes/json.ts'

interface Asked {
  readonly exposures: readonly Pick<Exposure, 'controller' | 'targetType'>[]
  readonly namespace: Pick<NamespaceFacts, 'name' | 'labels'>
  /** Of the template or the Pod; absent: whichever a webhook wants. */
  readonly labels?: Labels
}

/** What the load balancer controllers of these exposures do for new Pods here, by what is seen of them. */
export function controllerFacts(asked: Asked, state: ControllerState | undefined): ControllerFacts {
  const withGates = asked.exposures.filter(({ targetType }) => targetType.value === 'ip')
  const gates = [...new Set(withGates.map(({ controller }) => controller))].map((one) =>
    outlook(one, asked, state),
  )
  // Instance targets are nodes: no pod is deregistered, whoever is ready.
  const deregisters = withGates.some(({ controller }) => controller === 'lbc')
  return { gates, ...given('down', deregisters ? downOf(state) : undefined) }
}

function downOf(state: ControllerState | undefined): string | undefined {
  const deployment = state?.deployment
  return deployment?.ready === 0 ? refText(deployment.ref) : undefined
}

function outlook(controller: GroupController, asked: Asked, state: ControllerState | undefined): GateOutlook {
  const off = controller === 'lbc' && state !== undefined ? noInjection(state) : undefined
  if (off !== undefined) return never(off)
  const webhooks = webhooksOf(controller, state?.gateWebhooks ?? [])
  const { needs, webhook } = controllerNeeds(webhooks, controller, asked.namespace)
  const whose = `webhook configuration ${webhook?.configuration}`
  if (
    webhook !== undefined &&
    asked.labels !== undefined &&
    !selectsObject(webhook.objectSelector, asked.labels)
  )
    return never(`${whose} does not select Pods with these labels`)
  switch (needs.kind) {
    case 'met':
      return { now: true, afterwards: true }
    case 'labels':
      return { now: false, afterwards: true }
    case 'other-value':
      return { now: false, afterwards: false }
    case 'impossible':
      return never(`the selector of ${whose}: ${needs.why}`)
  }
}

const never = (why: string): GateOutlook => ({ now: false, afterwards: false, why })
