import { excludedNamespaces } from '../decision/scope.ts'
import { namespaceLeftOut } from '../decision/selected.ts'
import { noInjection } from '../discovery/lbc/lbc-settings.ts'
import type { ExposedNamespace, InventoryView } from '../inventory/inventory.ts'
import type { AwsController } from '../model/exposure.ts'
import { compareText } from '../model/object-ref.ts'
import type { Settings } from '../model/settings.ts'
import type { Labels, NamespaceFacts } from '../model/workload.ts'
import { byNeeds } from './by-needs.ts'
import { type GateCase, type GateVerdict, handsOf, removal } from './gate-case.ts'
import { type GateInjector, homesOf, keysOf, webhooksOf } from './gate-needs.ts'
import { filtered, type GateRecord, gateRecordOf, stillSet } from './gate-record.ts'
import type { GateDecision } from './gate-state.ts'

interface GateInputs {
  /** Namespaces with ip targets. */
  readonly exposed: readonly ExposedNamespace[]
  /** All known namespaces: those that carry our record are decided on, too. */
  readonly namespaces: readonly NamespaceFacts[]
  readonly settings: Settings
  readonly controller: GateInjector
  /** Absent: no StatefulSet is known. */
  readonly peers?: InventoryView['gatedPeers']
  /** Why no further namespace is labeled now, a clause; absent: nothing keeps from it. */
  readonly hold?: string | undefined
}

/**
 * One decision for each namespace and controller that is exposed or recorded, sorted by both. Unknown namespaces are
 * skipped.
 */
export const gateDecisions = (inputs: GateInputs): readonly GateDecision[] =>
  [...inputs.namespaces].sort((a, b) => compareText(a.name, b.name)).flatMap(decisionsWith(inputs))

const CONTROLLERS: readonly AwsController[] = ['auto-mode', 'lbc']

function decisionsWith({ exposed, settings, controller: seen, peers: peersIn, hold }: GateInputs) {
  const exposedBy = Map.groupBy(exposed, ({ namespace }) => namespace)
  const homes = homesOf(seen)
  return (facts: NamespaceFacts): readonly GateDecision[] => {
    const record = gateRecordOf(facts)
    return CONTROLLERS.flatMap((controller) => {
      const isExposed = exposedBy.get(facts.name)?.some((one) => one.controller === controller) ?? false
      const recorded = recordedFor(controller, record, seen)
      if (!isExposed && Object.keys(recorded).length === 0) return []
      const ownedLabels = stillSet(recorded, facts.labels)
      const peers = isExposed ? peersIn?.(facts.name, controller) : undefined
      const held = { ...(peers && { peers }), ...(hold !== undefined && { hold }) }
      return [
        decideGate({ facts, controller, isExposed, record, ownedLabels, settings, seen, homes, ...held }),
      ]
    })
  }
}

/**
 * The record does not show which controller a label was for. If only Auto Mode reads its key, it was for Auto Mode,
 * else for LBC.
 */
function recordedFor(
  controller: AwsController,
  { labels }: GateRecord,
  { gateWebhooks }: GateInjector,
): Labels {
  const of = (one: AwsController) => keysOf(one, webhooksOf(one, gateWebhooks))
  const [lbc, autoMode] = [of('lbc'), of('auto-mode')]
  const isAutoModes = (key: string) => autoMode.has(key) && !lbc.has(key)
  return filtered(labels, (key) => isAutoModes(key) === (controller === 'auto-mode'))
}

function decideGate(one: GateCase): GateDecision {
  const { facts, controller, ownedLabels } = one
  const verdict =
    untouchable(one) ?? switchedOff(one) ?? withoutTargets(one) ?? withoutInjection(one) ?? byNeeds(one)
  return { namespace: facts.name, controller, labels: {}, ownedLabels, ...verdict }
}

function untouchable({ facts, settings, homes, ownedLabels }: GateCase): GateVerdict | undefined {
  const { name } = facts
  if (facts.deleting === true) return { state: 'terminating', why: 'the namespace is being deleted' }
  if (excludedNamespaces(settings).includes(name))
    return { state: 'forbidden', why: `namespace ${name} is excluded`, ...removal(name, ownedLabels) }
  const why = namespaceLeftOut(facts, settings)
  if (why !== undefined) return { state: 'forbidden', why, ...removal(name, ownedLabels) }
  if (homes.has(name))
    return {
      state: 'forbidden',
      why: 'the load balancer controller runs here: its own Pods must not wait for it',
      ...removal(name, ownedLabels),
    }
  return undefined
}

function switchedOff(one: GateCase): GateVerdict | undefined {
  const { off, tied } = handsOf(one)
  const { ownedLabels, facts } = one
  if (off === undefined) return undefined
  if (Object.keys(ownedLabels).length === 0) return { state: 'off', why: off }
  if (tied === undefined) return { state: 'take-back', labels: ownedLabels, why: off }
  return {
    state: 'would-take-back',
    labels: ownedLabels,
    why: `${off}, but ${tied}`,
    ...removal(facts.name, ownedLabels),
  }
}

function withoutTargets({ isExposed, ownedLabels, facts }: GateCase): GateVerdict | undefined {
  if (isExposed) return undefined
  if (Object.keys(ownedLabels).length === 0)
    return { state: 'stood-down', why: 'a label that Slackwater set was removed' }
  return {
    state: 'kept',
    why: 'no load balancer sends to ip targets here now; the label stays',
    ...removal(facts.name, ownedLabels),
  }
}

function withoutInjection({ controller, seen }: GateCase): GateVerdict | undefined {
  const why = controller === 'lbc' ? noInjection(seen) : undefined
  return why === undefined ? undefined : { state: 'no-gates', why: `${why}: no label helps` }
}
