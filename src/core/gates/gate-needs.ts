import {
  expressionsOf,
  type LabelSelector,
  labelOf,
  labelsOfNamespace,
  meets,
  selectsNamespace,
} from '../discovery/objects/label-selector.ts'
import type { GateWebhook, LbcState } from '../discovery/objects/lbc-state.ts'
import type { AwsController } from '../model/exposure.ts'
import { GATE_ENABLED, GATE_LABELS } from '../model/keys.ts'
import { compareText } from '../model/object-ref.ts'
import type { Labels, NamespaceFacts } from '../model/workload.ts'
import { needsOf, type SelectorNeeds } from './selector-needs.ts'

/** The part of a controller's state that decides the labels of namespaces. */
export type GateInjector = Pick<LbcState, 'deployment' | 'gateWebhooks' | 'gateInjection'>

/** What a controller requires of a namespace before it injects gates there. */
export interface GateNeeds {
  readonly needs: SelectorNeeds
  /** The webhook whose selector that is; absent if the controller's usual selector is assumed. */
  readonly webhook?: GateWebhook
}

/**
 * The selector of a standard installation, for both controllers (LBC:
 * helm/aws-load-balancer-controller/templates/webhook.yaml).
 */
const usualSelector = (controller: AwsController): LabelSelector => ({
  matchLabels: { [GATE_LABELS[controller]]: GATE_ENABLED },
  matchExpressions: [],
})

const ORDER: readonly SelectorNeeds['kind'][] = ['met', 'labels', 'other-value', 'impossible']

/** Any one of a controller's webhooks is enough: the one that requires the least. */
export function gateNeeds(
  webhooks: readonly GateWebhook[],
  controller: AwsController,
  facts: Pick<NamespaceFacts, 'name' | 'labels'>,
): GateNeeds {
  const [best] = webhooks
    .map((webhook) => ({ webhook, needs: needsOf(webhook.namespaceSelector, facts) }))
    .sort(
      (a, b) =>
        compareNeeds(a.needs, b.needs) || compareText(a.webhook.configuration, b.webhook.configuration),
    )
  return best ?? { needs: needsOf(usualSelector(controller), facts) }
}

const compareNeeds = (a: SelectorNeeds, b: SelectorNeeds): number =>
  ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || countOf(a) - countOf(b)

const countOf = (needs: SelectorNeeds): number =>
  needs.kind === 'labels' ? Object.keys(needs.labels).length : 0

/**
 * The labels that decide whether a controller injects gates: missing or different ones with the value that it requires;
 * otherwise those that are set.
 */
export function labelsInQuestion(
  controller: AwsController,
  facts: Pick<NamespaceFacts, 'name' | 'labels'>,
  { gateWebhooks }: Pick<GateInjector, 'gateWebhooks'>,
): Labels {
  const { needs, webhook } = gateNeeds(webhooksOf(controller, gateWebhooks), controller, facts)
  if (needs.kind === 'labels') return needs.labels
  if (needs.kind === 'other-value') return { [needs.key]: needs.wanted }
  const bare = labelsOfNamespace(facts.name)
  return Object.fromEntries(
    expressionsOf(webhook?.namespaceSelector ?? usualSelector(controller))
      .filter((expression) => !meets(expression, labelOf(bare, expression.key)))
      .flatMap(({ key }) => {
        const value = labelOf(facts.labels, key)
        return value === undefined ? [] : [[key, value]]
      }),
  )
}

/** The label keys that a controller uses: its usual one, and those that its webhooks name. */
export const keysOf = (controller: AwsController, webhooks: readonly GateWebhook[]): ReadonlySet<string> =>
  new Set([
    GATE_LABELS[controller],
    ...webhooks.flatMap(({ namespaceSelector }) => expressionsOf(namespaceSelector).map(({ key }) => key)),
  ])

/**
 * Whether these labels make one of the webhooks select the namespace, so that it blocks Pods there while unavailable.
 */
export const wouldBlock = (
  webhooks: readonly GateWebhook[],
  { name, labels }: Pick<NamespaceFacts, 'name' | 'labels'>,
  added: Labels,
): boolean =>
  webhooks.some(
    ({ failurePolicy, namespaceSelector }) =>
      failurePolicy === 'Fail' &&
      !selectsNamespace(namespaceSelector, name, labels) &&
      selectsNamespace(namespaceSelector, name, { ...labels, ...added }),
  )

/** The namespaces that a controller runs in, from its webhooks' Services and its own Deployment. */
export const homesOf = ({ deployment, gateWebhooks }: GateInjector): ReadonlySet<string> =>
  new Set([
    ...gateWebhooks.flatMap(({ service }) => (service === undefined ? [] : [service.namespace])),
    ...(deployment === undefined ? [] : [deployment.ref.namespace]),
  ])

export const webhooksOf = (
  controller: AwsController,
  webhooks: readonly GateWebhook[],
): readonly GateWebhook[] => webhooks.filter((webhook) => webhook.controller === controller)
