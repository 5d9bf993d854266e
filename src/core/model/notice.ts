import type { ObjectRef } from './object-ref.ts'

/** Stable ids of all discovery notices, for machines; docs/discovery.md explains each. */
export const NOTICE_IDS = [
  'action-annotation-missing',
  'attribute-refused',
  'backend-kind-unknown',
  'backend-without-port',
  'bad-action-annotation',
  'bad-annotation-value',
  'bad-assume-annotation',
  'binding-shared',
  'class-annotation-not-read',
  'controller-argument-unknown',
  'controller-single-replica',
  'default-target-group-configuration-invalid',
  'feature-gate-off',
  'gateway-class-not-found',
  'gateway-class-parameters-invalid',
  'gateway-not-found',
  'group-attributes-conflict',
  'ingress-class-not-found',
  'ingress-class-parameters-unknown',
  'ingress-class-params-not-found',
  'ingress-of-another-controller',
  'ingress-without-class',
  'instance-targets-on-cluster-ip',
  'instance-targets-without-node-port',
  'listener-port-taken',
  'listener-rule-configuration-not-found',
  'listener-set-not-allowed',
  'load-balancer-class-of-another-controller',
  'load-balancer-configuration-not-found',
  'namespace-not-selected',
  'namespace-not-watched',
  'reference-not-granted',
  'removed-api-version',
  'resource-backend',
  'route-filter-unsupported',
  'route-not-accepted',
  'service-not-found',
  'service-port-not-found',
  'several-default-ingress-classes',
  'several-listener-rule-configurations',
  'several-load-balancer-controllers',
  'target-group-configuration-not-found',
  'too-large',
  'unreadable',
] as const
export type NoticeId = (typeof NOTICE_IDS)[number]

/**
 * A message of discovery about an object that is no exposure itself: why a reference leads nowhere, or what a reading
 * depends on.
 */
export interface Notice {
  readonly severity: 'information' | 'warning'
  readonly id: NoticeId
  readonly object: ObjectRef
  /** One sentence, with what to do. */
  readonly text: string
}

export const information = (id: NoticeId, object: ObjectRef, text: string): Notice => ({
  severity: 'information',
  id,
  object,
  text,
})

export const warning = (id: NoticeId, object: ObjectRef, text: string): Notice => ({
  severity: 'warning',
  id,
  object,
  text,
})
