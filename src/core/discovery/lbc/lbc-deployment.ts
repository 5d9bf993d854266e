import { type Notice, warning } from '../../model/notice.ts'
import { compareRefs, refText } from '../../model/object-ref.ts'
import type { Labels } from '../../model/workload.ts'
import { serviceRef } from '../objects/discovery-object.ts'
import { ALL, type Drawer } from '../objects/drawer.ts'
import { labelOf } from '../objects/label-selector.ts'
import type { GateWebhooksObject, LbcDeploymentObject } from '../objects/lbc-objects.ts'
import type { ObjectView } from '../objects/view.ts'

/** By namespace, and all. In a cluster only the controller's namespaces are read, however many Deployments there are. */
export const LBC_DEPLOYMENTS: Drawer<LbcDeploymentObject> = {
  name: 'lbcDeployments',
  keysOf: ({ ref }) => [ALL, ref.namespace],
}

export const GATE_WEBHOOKS: Drawer<GateWebhooksObject> = { name: 'gateWebhooks', keysOf: () => [ALL] }

/** LBC's Deployment, if it can be identified. */
interface LbcChoice {
  readonly deployment?: LbcDeploymentObject
  readonly notices: readonly Notice[]
}

/**
 * The Deployment that LBC's webhook sends to; without such a webhook, the only one with the controller's name. If there
 * are several, none is used: which one serves an object is unknown. In a cluster only Deployments in `homes` count, so
 * that a user with access to a single namespace cannot add one.
 * @param homes from `lbcHomes`; undefined: all namespaces are trusted, as in files.
 */
export function chooseLbc(view: ObjectView, homes: ReadonlySet<string> | undefined): LbcChoice {
  const candidates = [...(homes ?? [ALL])]
    .flatMap((home) => view.filed(LBC_DEPLOYMENTS, home))
    .sort((a, b) => compareRefs(a.ref, b.ref))
  const served = candidates.filter((candidate) => isServed(candidate, view))
  const named = candidates.filter(({ isNamed }) => isNamed)
  const [first, second] = served.length > 0 ? served : named
  if (first === undefined) return { notices: [] }
  if (second === undefined) return beside(first, named)
  const text = `${refText(second.ref)} looks like the load balancer controller too: the arguments of neither are read; set defaultTargetType, ingressClass and loadBalancerClass in the settings`
  return { notices: [warning('several-load-balancer-controllers', first.ref, text)] }
}

/** Where LBC is installed (LBC docs/deploy/installation.md). */
const USUAL_NAMESPACE = 'kube-system'

/**
 * The usual one, and those that the controller's webhooks send to: a client that can write webhook configurations could
 * create a Deployment anywhere.
 */
export const lbcHomes = (view: ObjectView): ReadonlySet<string> =>
  new Set([USUAL_NAMESPACE, ...gateServices(view).map(({ namespace }) => namespace)])

/**
 * What one controller ignores, another may serve: the arguments that limit the webhook's controller are then not used.
 */
function beside(deployment: LbcDeploymentObject, named: readonly LbcDeploymentObject[]): LbcChoice {
  const other = named.find((candidate) => candidate !== deployment)
  const limits = LIMITS.filter((flag) => deployment.arguments[flag] !== undefined)
  if (other === undefined || limits.length === 0) return { deployment, notices: [] }
  const { 'watch-namespace': _, 'feature-gates': __, ...believed } = deployment.arguments
  const flags = limits.map((flag) => `--${flag}`).join(' and ')
  const text = `${refText(other.ref)} looks like the load balancer controller too, and may serve what this one ignores: ${flags} of ${refText(deployment.ref)} is not used`
  return {
    deployment: { ...deployment, arguments: believed },
    notices: [warning('several-load-balancer-controllers', deployment.ref, text)],
  }
}

/** Arguments that make a controller ignore objects. */
const LIMITS = ['watch-namespace', 'feature-gates'] as const

const isServed = ({ ref, labels }: LbcDeploymentObject, view: ObjectView): boolean =>
  gateServices(view)
    .filter(({ namespace }) => namespace === ref.namespace)
    .some((service) => isSelected(labels, view.find('Service', service)?.selector ?? {}))

/** The Services of LBC's own webhooks. */
const gateServices = (view: ObjectView) =>
  view
    .filed(GATE_WEBHOOKS, ALL)
    .flatMap(({ webhooks }) => webhooks)
    .filter(({ controller }) => controller === 'lbc')
    .flatMap(({ service }) => (service === undefined ? [] : [serviceRef(service.namespace, service.name)]))

const isSelected = (labels: Labels, selector: Labels): boolean => {
  const wanted = Object.entries(selector)
  return wanted.length > 0 && wanted.every(([key, value]) => labelOf(labels, key) === value)
}
