import { leaveLabels, selectedBy } from '../core/handover/leave-labels.ts'
import { compareText } from '../core/model/object-ref.ts'
import type { Labels } from '../core/model/workload.ts'
import { traitsOf } from '../core/model/workload-kind.ts'
import type { ReplicaSetFacts } from '../kubernetes/controlled.ts'
import { given, property } from '../kubernetes/json.ts'
import type { Handed } from './handed.ts'
import type { NamespaceReading } from './read-namespace.ts'
import type { Objection } from './refusals.ts'

/** Which labels are taken off a Pod, and which Services it leaves by that. */
interface Leaving {
  readonly releaseLabel: string
  readonly leaveLabels: readonly string[]
  readonly services: readonly string[]
  readonly cautions: readonly string[]
}

export function leavingOf(
  handed: Handed,
  replicaSet: ReplicaSetFacts,
  reading: NamespaceReading,
): Leaving | Objection {
  const labels = labelsOf(handed, replicaSet)
  const services = reading.services.filter(({ selector }) => labels.some((one) => selectedBy(selector, one)))
  if (services.length === 0) return NO_SERVICE
  const releaseLabel = releaseLabelOf(handed, replicaSet, services)
  if (typeof releaseLabel !== 'string') return releaseLabel
  const { namespace, knowledge, policies, disruptionBudgets, monitors } = reading
  const namespaceLabels = knowledge.inventory.namespace(namespace)?.labels
  const found = leaveLabels({
    ...{ namespace, labels, services, releaseLabel, policies, budgets: disruptionBudgets, others: monitors },
    ...given('namespaceLabels', namespaceLabels),
  })
  if (found.found)
    return {
      releaseLabel,
      leaveLabels: found.labels,
      services: services.map(({ name }) => name).sort(compareText),
      cautions: [
        ...found.lifted.map(
          (policy) =>
            `NetworkPolicy ${policy} no longer restricts a Pod that has left its Services, until it is deleted`,
        ),
        ...found.counting.map(
          (budget) =>
            `PodDisruptionBudget ${budget} counts a Pod that has left its Services as healthy until it is deleted, so it allows one eviction too many: drain no node meanwhile`,
        ),
      ],
    }
  return cutBy(found.policies)
}

/** Of the Pods that are to be replaced; if none is left to begin with, of the template. */
function labelsOf({ pods }: Handed, { template, selector }: ReplicaSetFacts): readonly Labels[] {
  const due = pods.filter(({ lacks }) => lacks.length > 0).map(({ pod }) => pod.labels)
  if (due.length > 0)
    return [...new Map(due.map((one) => [JSON.stringify(Object.entries(one).sort()), one])).values()]
  const written = property(property(template, 'metadata'), 'labels')
  return [{ ...(written as Labels | undefined), ...selector.matchLabels }]
}

/** The hash of its template; of a ReplicaSet without one, a label that it selects by and no Service does. */
function releaseLabelOf(
  { workload: { ref } }: Handed,
  { selector, name }: ReplicaSetFacts,
  services: NamespaceReading['services'],
): string | Objection {
  const hash = traitsOf(ref.kind)?.hashLabel
  // Its controller reads their values there.
  const selected = Object.keys(selector.matchLabels)
  const candidates =
    hash === undefined ? selected.toSorted(compareText) : selected.filter((key) => key === hash)
  const selecting = (key: string) => services.find((service) => Object.hasOwn(service.selector, key))
  const free = candidates.find((key) => selecting(key) === undefined)
  if (free !== undefined) return free
  const labels = candidates.length === 0 ? (hash ?? 'a label') : candidates.join(', ')
  const names = [...new Set(candidates.map((key) => selecting(key)?.name))].join(', ')
  return {
    id: 'release-label-selected',
    reason:
      candidates.length === 0
        ? `ReplicaSet ${name} does not select by ${labels}, so it would not make another Pod`
        : `Service ${names} selects its Pods by ${labels}, the label that makes ReplicaSet ${name} make another Pod: without it the old Pod would leave before the other one is ready`,
    alternative:
      ref.kind === 'ReplicaSet'
        ? 'add a label to its selector that no Service has: put it into a Deployment, which does so'
        : 'roll it out: its controller moves the Service to the new Pods when they are ready',
  }
}

const NO_SERVICE: Objection = {
  id: 'no-service',
  reason: 'no Service of its namespace selects its Pods, so there is none that they could leave',
  alternative:
    'roll it out at a quiet time; or remove slackwater.dev/assume, if no load balancer sends to them',
}

const cutBy = (policies: readonly string[]): Objection => ({
  id: 'network-policy',
  reason: `traffic to or from its Pods is allowed by a label without which they would leave their Services (NetworkPolicy ${policies.join(', ')}): late requests would be cut`,
  alternative:
    'add to the policy a label that its Pods have and no Service selects by, or roll it out at a quiet time',
})
