import type { ResourceQuotaObject } from '../core/discovery/objects/resource-quota.ts'
import { at, isPresent, type JsonNode } from './json.ts'
import { type Envelope, namespacedRef } from './narrow-metadata.ts'

/** The two names of one limit (Kubernetes, Resource Quotas, quota on object count). */
const LIMITS = ['pods', 'count/pods']

const EVERY_POD = { matchLabels: {}, matchExpressions: [] }

/** One with scopes is about some Pods only and is not kept; nor is one without a plain number of Pods. */
export function narrowResourceQuota(envelope: Envelope): ResourceQuotaObject | undefined {
  const spec = at(envelope.document, 'spec')
  const limits = LIMITS.flatMap((name) => countsAt(at(spec, 'hard', name)))
  const isScoped = isPresent(at(spec, 'scopes')) || isPresent(at(spec, 'scopeSelector'))
  if (limits.length === 0 || isScoped) return undefined
  return {
    kind: 'ResourceQuota',
    ref: namespacedRef(envelope),
    about: { pods: EVERY_POD },
    pods: Math.min(...limits),
  }
}

function countsAt({ value }: JsonNode): readonly number[] {
  const isCount = typeof value === 'number' || (typeof value === 'string' && /^\d{1,15}$/.test(value))
  return isCount ? [Number(value)] : []
}
