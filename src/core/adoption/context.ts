import { effectiveMode } from '../decision/mode.ts'
import { excludedNamespaces } from '../decision/scope.ts'
import { workloadLeftOut } from '../decision/selected.ts'
import type { LiveView } from '../inventory/inventory.ts'
import type { AwsController } from '../model/exposure.ts'
import { MODE_LABEL } from '../model/keys.ts'
import type { ObjectRef } from '../model/object-ref.ts'
import type { Mode, Settings } from '../model/settings.ts'
import type { WorkloadSummary } from '../model/workload.ts'
import type { AdoptionContext, SeenExposure } from './adoption.ts'

/** What the rule about late exposure needs besides the workload itself. */
interface AdoptionKnowledge {
  readonly inventory: LiveView
  readonly settings: Settings
  /** Milliseconds since 1970. */
  readonly now: number
  /** Namespaces that are never changed, besides those in the settings: the load balancer controller's own. */
  readonly furtherNamespaces: readonly string[]
  /** Whether the controller's readiness-gate label is set on a namespace, or will not be set. */
  readonly gateSettled: (namespace: string, controller: AwsController) => boolean
}

/** The context of one workload. While the inventory is incomplete or stale, it returns no exposures. */
export function adoptionContext(workload: WorkloadSummary, knowledge: AdoptionKnowledge): AdoptionContext {
  const { settings, now, furtherNamespaces } = knowledge
  const exposures = seenExposures(workload, knowledge)
  const { labels } = knowledge.inventory.namespace(workload.ref.namespace) ?? {}
  const leftOut = workloadLeftOut(workload, labels, settings)
  return {
    now,
    settings,
    mode: modeOf(workload, knowledge),
    excludedNamespaces: [...excludedNamespaces(settings), ...furtherNamespaces],
    ...(leftOut === undefined ? {} : { leftOut }),
    exposures,
    gateSettled: exposures.every(({ exposure: { targetType, controller } }) => {
      return targetType.value === 'instance' || knowledge.gateSettled(workload.ref.namespace, controller)
    }),
  }
}

function seenExposures(
  { ref, live, changingLabels }: WorkloadSummary,
  { inventory }: AdoptionKnowledge,
): readonly SeenExposure[] {
  if (live === undefined) return []
  const { namespace } = ref
  const { exposures } = inventory.exposuresOf({
    namespace,
    labels: live.templateLabels,
    matching: 'template',
    workload: ref,
    ...(changingLabels === undefined ? {} : { changingLabels }),
  })
  return exposures.map((exposure) => ({
    exposure,
    progress: inventory.progressOf(exposure),
    isFromStart: inventory.isFromStart(exposure),
  }))
}

/** In the same order as in a decision: the label of the template, the workload, the namespace, then the setting. */
function modeOf({ ref, live, modeLabel }: WorkloadSummary, { inventory, settings }: AdoptionKnowledge): Mode {
  const namespace: ObjectRef = { kind: 'Namespace', namespace: '', name: ref.namespace }
  const labels = inventory.namespace(ref.namespace)?.labels
  const label = (value: string | undefined, object: ObjectRef) =>
    value === undefined ? [] : [{ value, object }]
  return effectiveMode({
    own: [...label(live?.templateLabels[MODE_LABEL], ref), ...label(modeLabel, ref)],
    namespace: label(labels?.[MODE_LABEL], namespace)[0],
    installation: settings.mode,
  }).mode
}
