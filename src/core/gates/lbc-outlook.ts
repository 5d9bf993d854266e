import type { GateOutlook, LbcFacts } from '../decision/lbc-facts.ts'
import { noInjection } from '../discovery/lbc/lbc-settings.ts'
import { selectsObject } from '../discovery/objects/label-selector.ts'
import type { LbcState } from '../discovery/objects/lbc-state.ts'
import type { InventoryView } from '../inventory/inventory.ts'
import type { AwsController, Exposure } from '../model/exposure.ts'
import { refText } from '../model/object-ref.ts'
import type { Labels, NamespaceFacts } from '../model/workload.ts'
import { gateNeeds, webhooksOf } from './gate-needs.ts'

interface OutlookQuery {
  readonly exposures: readonly Pick<Exposure, 'controller' | 'targetType'>[]
  readonly namespace: Pick<NamespaceFacts, 'name' | 'labels'>
  /** False: its labels are not known. @default true */
  readonly isNamespaceKnown?: boolean
  /** Labels of the template or the Pod; absent: assumed to match every webhook. */
  readonly labels?: Labels
  /** What keeps Slackwater from labeling the namespace for a controller. Absent: nothing is known. */
  readonly peers?: InventoryView['gatedPeers']
}

/** What the load balancer controllers of these exposures do for new Pods here, per their observed state. */
export function lbcFacts(query: OutlookQuery, state: LbcState | undefined): LbcFacts {
  const withGates = query.exposures.filter(({ targetType }) => targetType.value === 'ip')
  const gates = [...new Set(withGates.map(({ controller }) => controller))].map((one) =>
    outlook(one, query, state),
  )
  // Instance targets are nodes: Pods are not deregistered, whether or not LBC is ready.
  const deregisters = withGates.some(({ controller }) => controller === 'lbc')
  const down = deregisters ? downOf(state) : undefined
  return { gates, ...(down === undefined ? {} : { down }) }
}

/**
 * Whether new Pods get no gate while LBC is down: since v2.12.0 its webhook has failurePolicy Ignore (LBC
 * helm/aws-load-balancer-controller/values.yaml). If its webhook is not known, it may be so.
 */
export function skipsGates(state: LbcState | undefined): boolean {
  const own = webhooksOf('lbc', state?.gateWebhooks ?? [])
  return own.length === 0 || own.some(({ failurePolicy }) => failurePolicy === 'Ignore')
}

function downOf(state: LbcState | undefined): string | undefined {
  const deployment = state?.deployment
  return deployment?.ready === 0 ? refText(deployment.ref) : undefined
}

function outlook(controller: AwsController, query: OutlookQuery, state: LbcState | undefined): GateOutlook {
  const off = controller === 'lbc' && state !== undefined ? noInjection(state) : undefined
  if (off !== undefined) return never(off)
  const webhooks = webhooksOf(controller, state?.gateWebhooks ?? [])
  const { needs, webhook } = gateNeeds(webhooks, controller, query.namespace)
  const whose = `webhook configuration ${webhook?.configuration}`
  if (
    webhook !== undefined &&
    query.labels !== undefined &&
    !selectsObject(webhook.objectSelector, query.labels)
  )
    return never(`${whose} does not select Pods with these labels`)
  switch (needs.kind) {
    case 'met':
      return { now: true, afterwards: true }
    case 'labels':
      return unlabelled(controller, query)
    case 'other-value':
      return { now: false, afterwards: false }
    case 'impossible':
      return never(`the selector of ${whose}: ${needs.why}`)
  }
}

function unlabelled(controller: AwsController, query: OutlookQuery): GateOutlook {
  const peers = query.peers?.(query.namespace.name, controller)
  if (query.isNamespaceKnown === false) return UNKNOWN
  return peers === undefined
    ? { now: false, afterwards: true }
    : never(`the namespace gets no label: Pods of ${refText(peers.workload)} need each other to start`)
}

/** Whoever has the Namespace sees whether the label has to be set. */
const UNKNOWN: GateOutlook = { now: false, afterwards: false, isUnknown: true }

const never = (why: string): GateOutlook => ({ now: false, afterwards: false, why })
