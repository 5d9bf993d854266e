import type { LabelExpression, LabelSelector } from '../../../src/core/discovery/objects/label-selector.ts'
import type { GateWebhook } from '../../../src/core/discovery/objects/lbc-state.ts'
import { gateDecisions } from '../../../src/core/gates/gate-decision.ts'
import type { GateInjector } from '../../../src/core/gates/gate-needs.ts'
import type { GateDecision } from '../../../src/core/gates/gate-state.ts'
import type { AwsController } from '../../../src/core/model/exposure.ts'
import { GATES_ANNOTATION } from '../../../src/core/model/keys.ts'
import { assumed, resolve } from '../../../src/core/model/resolved.ts'
import type { Settings } from '../../../src/core/model/settings.ts'
import type { Labels, NamespaceFacts } from '../../../src/core/model/workload.ts'
import { settingsWith } from '../exposures.ts'

/** LBC's label and Auto Mode's, written out: the facts of both controllers. */
export const LBC_LABEL = 'elbv2.k8s.aws/pod-readiness-gate-inject'
export const AUTO_LABEL = 'eks.amazonaws.com/pod-readiness-gate-inject'

export const matching = (matchLabels: Labels, ...matchExpressions: LabelExpression[]): LabelSelector => ({
  matchLabels,
  matchExpressions,
})
export const clause = (key: string, operator: string, ...values: string[]): LabelExpression => ({
  key,
  operator,
  values,
})
export const by = (...expressions: LabelExpression[]): LabelSelector => matching({}, ...expressions)

/** LBC's webhook as its chart installs it, but for what a test says. */
export const webhook = (wanted: Partial<GateWebhook> = {}): GateWebhook => ({
  configuration: 'aws-load-balancer-webhook',
  controller: 'lbc',
  failurePolicy: 'Ignore',
  service: { namespace: 'ingress-system', name: 'aws-load-balancer-webhook-service' },
  namespaceSelector: by(clause(LBC_LABEL, 'In', 'enabled')),
  objectSelector: by(clause('app.kubernetes.io/name', 'NotIn', 'aws-load-balancer-controller')),
  ...wanted,
})

export interface SeenController {
  readonly webhooks?: readonly GateWebhook[]
  /** Ready replicas of its Deployment; absent: no Deployment is seen. */
  readonly ready?: number
  readonly injects?: boolean
}

export const seen = ({ webhooks = [], ready, injects = true }: SeenController = {}): GateInjector => ({
  gateWebhooks: webhooks,
  gateInjection: resolve([assumed(injects, { kind: 'default', of: 'AWS Load Balancer Controller' })]),
  ...(ready === undefined
    ? {}
    : {
        deployment: {
          ref: { kind: 'Deployment', namespace: 'ingress-system', name: 'lbc' },
          desired: 2,
          ready,
        },
      }),
})

export interface Namespaced {
  readonly name?: string
  readonly labels?: Labels
  /** Our memory: labels, or a text as somebody left it. */
  readonly recorded?: Labels | string
  readonly deleting?: true
}

export const namespace = ({
  name = 'shop',
  labels = {},
  recorded,
  deleting,
}: Namespaced): NamespaceFacts => ({
  name,
  labels,
  annotations:
    recorded === undefined
      ? {}
      : { [GATES_ANNOTATION]: typeof recorded === 'string' ? recorded : JSON.stringify(recorded) },
  ...(deleting === undefined ? {} : { deleting }),
})

export interface Asked extends Namespaced {
  readonly settings?: Partial<Settings>
  readonly controller?: SeenController
  /** Whose ip targets are there; LBC's if a test says nothing. */
  readonly exposedFor?: readonly AwsController[]
  /** A StatefulSet there has Pods that need each other. */
  readonly peers?: true
  /** Why nothing is labeled. */
  readonly hold?: string
}

const QUEUE = { kind: 'StatefulSet', namespace: 'shop', name: 'queue' }
const PEERS = { workload: QUEUE, service: { ...QUEUE, kind: 'Service' } }

/** The decisions about one namespace. */
export function decisionsFor(asked: Asked): readonly GateDecision[] {
  const facts = namespace(asked)
  return gateDecisions({
    exposed: (asked.exposedFor ?? ['lbc']).map((controller) => ({ namespace: facts.name, controller })),
    namespaces: [facts],
    settings: settingsWith(asked.settings ?? {}),
    controller: seen(asked.controller),
    peers: () => (asked.peers ? PEERS : undefined),
    hold: asked.hold,
  })
}
