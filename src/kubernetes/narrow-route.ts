import { shortened } from '../core/discovery/annotations/quote.ts'
import { objectRef } from '../core/discovery/objects/discovery-object.ts'
import type {
  ParentRef,
  RouteBackend,
  RouteKind,
  RouteObject,
  RouteRule,
} from '../core/discovery/objects/gateway-api.ts'
import { AWS_GATEWAY_GROUP } from '../core/model/aws-controllers.ts'
import { at, given, integerAt, itemsOf, type JsonNode, optional, stringAt } from './json.ts'
import { createdAt, type Envelope, isDeleting, namespacedRef } from './narrow-metadata.ts'

/** Reads a route of gateway.networking.k8s.io; its versions do not differ in the fields read here. */
export const narrowRoute =
  (kind: RouteKind) =>
  (envelope: Envelope): RouteObject => {
    const spec = at(envelope.document, 'spec')
    const ref = namespacedRef(envelope)
    return {
      kind,
      ref,
      parents: itemsOf(at(spec, 'parentRefs')).map((node) => parentAt(node, ref.namespace)),
      hostnames: itemsOf(at(spec, 'hostnames')).map(stringAt),
      rules: itemsOf(at(spec, 'rules')).map((node) => ruleAt(node, { kind, namespace: ref.namespace })),
      createdAt: createdAt(envelope),
      deleting: isDeleting(envelope),
    }
  }

const parentAt = (node: JsonNode, namespace: string): ParentRef => ({
  object: objectRef(
    optional(stringAt, at(node, 'kind')) ?? 'Gateway',
    optional(stringAt, at(node, 'namespace')) ?? namespace,
    stringAt(at(node, 'name')),
  ),
  ...given('section', optional(stringAt, at(node, 'sectionName'))),
  ...given('port', optional(integerAt, at(node, 'port'))),
})

interface Owner {
  readonly kind: RouteKind
  readonly namespace: string
}

/** Filters that the controller supports; any other is an error (LBC pkg/gateway/routeutils/route_rule_action.go). */
const SUPPORTED: Readonly<Partial<Record<RouteKind, readonly string[]>>> = {
  HTTPRoute: ['RequestRedirect', 'URLRewrite', 'ExtensionRef'],
  GRPCRoute: ['ExtensionRef'],
}

function ruleAt(node: JsonNode, { kind, namespace }: Owner): RouteRule {
  const filters = itemsOf(at(node, 'filters'))
  const types = filters.map((filter) => optional(stringAt, at(filter, 'type')) ?? '')
  const redirect = types.indexOf('RequestRedirect')
  // The controller stops at a redirect and does not evaluate the filters after it.
  const looked = redirect < 0 ? types : types.slice(0, redirect)
  return {
    at: shortened(['rule', itemsOf(at(node, 'matches')).map(matchAt).join(', ')].join(' ').trim()),
    backends: itemsOf(at(node, 'backendRefs')).map((backend) => backendAt(backend, namespace)),
    redirects: redirect >= 0,
    configurations: filters.flatMap(configurationAt),
    unsupported: looked.filter((type) => SUPPORTED[kind]?.includes(type) === false),
  }
}

/** The path of an HTTPRoute's match, or the method of a GRPCRoute's; empty: neither is given. */
function matchAt(match: JsonNode): string {
  const path = optional(stringAt, at(match, 'path', 'value'))
  if (path !== undefined) return path
  const [service, method] = ['service', 'method'].map((key) => optional(stringAt, at(match, 'method', key)))
  return service === undefined && method === undefined ? '/' : `${service ?? ''}/${method ?? ''}`
}

function configurationAt(filter: JsonNode): readonly string[] {
  const extension = at(filter, 'extensionRef')
  const isRuleConfiguration =
    optional(stringAt, at(extension, 'group')) === AWS_GATEWAY_GROUP &&
    optional(stringAt, at(extension, 'kind')) === 'ListenerRuleConfiguration'
  return isRuleConfiguration ? [stringAt(at(extension, 'name'))] : []
}

const backendAt = (node: JsonNode, namespace: string): RouteBackend => ({
  object: objectRef(
    optional(stringAt, at(node, 'kind')) ?? 'Service',
    optional(stringAt, at(node, 'namespace')) ?? namespace,
    stringAt(at(node, 'name')),
  ),
  ...given('port', optional(integerAt, at(node, 'port'))),
  weight: optional(integerAt, at(node, 'weight')) ?? 1,
})
