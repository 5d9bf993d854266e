import type { GateWebhooksObject, LbcDeploymentObject } from '../core/discovery/objects/lbc-objects.ts'
import type { GateWebhook } from '../core/discovery/objects/lbc-state.ts'
import type { AwsController } from '../core/model/exposure.ts'
import {
  at,
  given,
  integerAt,
  isPresent,
  itemsOf,
  type JsonNode,
  optional,
  ShapeError,
  stringAt,
  stringsAt,
} from './json.ts'
import { lbcArguments } from './lbc-arguments.ts'
import { clusterRef, type Envelope, namespacedRef } from './narrow-metadata.ts'
import { selectorAt } from './narrow-selector.ts'

/** The name of LBC's image, and the value of the name label in its chart and its manifests. */
const CONTROLLER = 'aws-load-balancer-controller'
const NAME_LABEL = 'app.kubernetes.io/name'

/** Undefined if nothing in it points to LBC, or if it cannot be read; its reading as a workload reports that. */
export function narrowLbcDeployment(envelope: Envelope): LbcDeploymentObject | undefined {
  try {
    return lbcDeployment(envelope)
  } catch (error) {
    if (error instanceof ShapeError) return undefined
    throw error
  }
}

function lbcDeployment(envelope: Envelope): LbcDeploymentObject | undefined {
  const spec = at(envelope.document, 'spec')
  const containers = itemsOf(at(spec, 'template', 'spec', 'containers'))
  const own = containers.filter(hasImage)
  const labels = stringsAt(at(spec, 'template', 'metadata', 'labels'))
  const isNamed = own.length > 0 || labels[NAME_LABEL] === CONTROLLER
  const words = (own.length > 0 ? own : containers).flatMap(wordsOf)
  const flags = lbcArguments(words)
  if (!isNamed && Object.keys(flags).length === 0) return undefined
  return {
    kind: 'LbcDeployment',
    ref: namespacedRef(envelope),
    isNamed,
    labels,
    arguments: flags,
    ...given('desired', optional(integerAt, at(spec, 'replicas'))),
    ready: optional(integerAt, at(envelope.document, 'status', 'readyReplicas')) ?? 0,
  }
}

/** `registry.example:5000/eks/name:tag@digest` → `name`. */
function hasImage(container: JsonNode): boolean {
  const image = optional(stringAt, at(container, 'image')) ?? ''
  const name = image.slice(image.lastIndexOf('/') + 1)
  return name.split(/[:@]/)[0] === CONTROLLER
}

const wordsOf = (container: JsonNode): readonly string[] =>
  [...itemsOf(at(container, 'command')), ...itemsOf(at(container, 'args'))].map(stringAt)

/** LBC's webhook for readiness gates (LBC helm/aws-load-balancer-controller/templates/webhook.yaml). */
const LBC_WEBHOOK = 'mpod.elbv2.k8s.aws'
/** Auto Mode's configuration as seen in clusters; the names of its webhooks are an internal detail. */
const AUTO_MODE_CONFIGURATION = 'eks-load-balancing-webhook'

export function narrowGateWebhooks(envelope: Envelope): GateWebhooksObject {
  const ref = clusterRef(envelope)
  const webhooks = itemsOf(at(envelope.document, 'webhooks')).flatMap((node): readonly GateWebhook[] => {
    const controller = controllerOf(node, ref.name)
    return controller === undefined ? [] : [gateWebhook(node, ref.name, controller)]
  })
  return { kind: 'GateWebhooks', ref, webhooks }
}

function controllerOf(webhook: JsonNode, configuration: string): AwsController | undefined {
  if (at(webhook, 'name').value === LBC_WEBHOOK) return 'lbc'
  const isAutoModes =
    configuration === AUTO_MODE_CONFIGURATION && itemsOf(at(webhook, 'rules')).some(createsPods)
  return isAutoModes ? 'auto-mode' : undefined
}

const createsPods = (rule: JsonNode): boolean =>
  names(at(rule, 'operations'), ['CREATE', '*']) && names(at(rule, 'resources'), ['pods', '*', '*/*'])

const names = (list: JsonNode, wanted: readonly string[]): boolean =>
  itemsOf(list).some((item) => wanted.includes(stringAt(item)))

function gateWebhook(webhook: JsonNode, configuration: string, controller: AwsController): GateWebhook {
  const service = at(webhook, 'clientConfig', 'service')
  return {
    configuration,
    controller,
    // The API server's default in admissionregistration.k8s.io/v1.
    failurePolicy: at(webhook, 'failurePolicy').value === 'Ignore' ? 'Ignore' : 'Fail',
    ...given('service', isPresent(service) ? serviceAt(service) : undefined),
    namespaceSelector: selectorAt(at(webhook, 'namespaceSelector')),
    objectSelector: selectorAt(at(webhook, 'objectSelector')),
  }
}

const serviceAt = (node: JsonNode) => ({
  namespace: stringAt(at(node, 'namespace')),
  name: stringAt(at(node, 'name')),
})
