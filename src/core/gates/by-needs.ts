import { expressionsOf, labelOf } from '../discovery/objects/label-selector.ts'
import type { GateWebhook } from '../discovery/objects/lbc-state.ts'
import type { GatedPeers } from '../inventory/inventory.ts'
import { GATES_ANNOTATION } from '../model/keys.ts'
import { refText } from '../model/object-ref.ts'
import type { Labels } from '../model/workload.ts'
import { type GateCase, type GateVerdict, handsOf, labelling } from './gate-case.ts'
import { type GateNeeds, gateNeeds, keysOf, webhooksOf, wouldBlock } from './gate-needs.ts'

/** Decides per the selectors of the controller's own webhooks. */
export function byNeeds(one: GateCase): GateVerdict {
  const { facts, controller, seen } = one
  const found = gateNeeds(webhooksOf(controller, seen.gateWebhooks), controller, facts)
  const { needs } = found
  switch (needs.kind) {
    case 'met':
      return served(one, found)
    case 'labels':
      return missing(one, found, needs.labels)
    case 'other-value':
      return {
        state: 'set-otherwise',
        why: `${needs.key}=${needs.present} was set by a user and stays`,
        cure: `${labelling(facts.name, { [needs.key]: needs.wanted })} --overwrite`,
      }
    case 'impossible':
      return {
        state: 'cannot',
        why: `the selector of webhook configuration ${found.webhook?.configuration}: ${needs.why}`,
      }
  }
}

function served(
  { facts, controller, seen, ownedLabels, peers }: GateCase,
  { webhook }: GateNeeds,
): GateVerdict {
  const bare = gateNeeds(webhooksOf(controller, seen.gateWebhooks), controller, {
    ...facts,
    labels: {},
  })
  if (bare.needs.kind === 'met')
    return {
      state: 'not-needed',
      why: `webhook configuration ${bare.webhook?.configuration} injects gates here without a label${onlySome(bare.webhook)}`,
    }
  const whose = Object.keys(ownedLabels).length > 0 ? 'set by Slackwater' : 'set by another client'
  const why = `new Pods get a readiness gate (${whose})${onlySome(webhook)}`
  if (peers === undefined) return { state: 'labelled', why }
  const warning = peersText(peers)
  return { state: 'labelled', why: `${why}; ${warning}`, warning }
}

function missing(one: GateCase, found: GateNeeds, labels: Labels): GateVerdict {
  const { facts, record } = one
  const cure = labelling(facts.name, labels)
  const gone = removedByPerson(one)
  if (gone !== undefined)
    return {
      state: 'stood-down',
      why: `a user removed the label ${gone} that Slackwater set; to get it back, set it, or remove the annotation ${GATES_ANNOTATION}`,
      cure,
    }
  if (record.unreadable)
    return {
      state: 'cannot',
      why: `the annotation ${GATES_ANNOTATION} cannot be read, so the labels that Slackwater set are unknown`,
      cure: `kubectl annotate namespace ${facts.name} ${GATES_ANNOTATION}-`,
    }
  return heldBack(one, labels) ?? paused(one, labels) ?? toLabel(one, found, labels)
}

/** A user who knows better sets the label: Slackwater never removes one that it did not set. */
function heldBack({ facts, peers }: GateCase, labels: Labels): GateVerdict | undefined {
  if (peers === undefined) return undefined
  return {
    state: 'held-back',
    labels,
    why: peersText(peers),
    cure: `set publishNotReadyAddresses on a headless Service that is only for its Pods; if they start without each other: ${labelling(facts.name, labels)}`,
  }
}

function toLabel(one: GateCase, { webhook }: GateNeeds, labels: Labels): GateVerdict {
  const { tied } = handsOf(one)
  const why = `without it new Pods behind ip targets get no readiness gate${onlySome(webhook)}`
  const cure = labelling(one.facts.name, labels)
  if (tied !== undefined) return { state: 'would-label', labels, why: `${tied}; ${why}`, cure }
  return one.hold === undefined
    ? { state: 'label', labels, why, cure }
    : { state: 'on-hold', labels, why: one.hold, cure }
}

/** A label that Slackwater set for this controller and that was removed since. */
function removedByPerson({ facts, controller, record, seen }: GateCase): string | undefined {
  const keys = keysOf(controller, webhooksOf(controller, seen.gateWebhooks))
  return Object.keys(record.labels).find((key) => keys.has(key) && labelOf(facts.labels, key) === undefined)
}

/** LBC's default, and the minimum that survives the loss of one replica. */
const ENOUGH_REPLICAS = 2

/** Auto Mode runs outside the cluster: its replicas are not visible. */
function paused({ facts, controller, seen }: GateCase, labels: Labels): GateVerdict | undefined {
  const ready = seen.deployment?.ready ?? 0
  if (controller !== 'lbc' || ready >= ENOUGH_REPLICAS) return undefined
  if (!wouldBlock(webhooksOf(controller, seen.gateWebhooks), facts, labels)) return undefined
  const replicas = seen.deployment === undefined ? 'its Deployment is not found' : `ready replicas: ${ready}`
  return {
    state: 'paused',
    labels,
    why: `its webhook has failurePolicy: Fail, and too few replicas (${replicas}): its outage would stop every new Pod here`,
    cure: labelling(facts.name, labels),
  }
}

/** What a gate would do to the Pods of a StatefulSet that find each other through a Service. */
const peersText = ({ workload, service }: GatedPeers): string =>
  `Pods of ${refText(workload)} reach each other through Service ${service.name}, which publishes only ready ones: after a start from zero, a readiness gate may keep all of them from becoming ready`

/** A webhook that Pods must opt into with a label of their own does not apply to all of them. */
const onlySome = (webhook: GateWebhook | undefined): string => {
  const wanted = webhook === undefined ? [] : expressionsOf(webhook.objectSelector)
  const keys = wanted
    .filter(({ operator }) => operator === 'In' || operator === 'Exists')
    .map(({ key }) => key)
  return keys.length === 0 ? '' : `, but only Pods with the label ${keys.join(', ')}`
}
