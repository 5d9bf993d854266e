import Type, { type Static } from 'typebox'
import type { Provenance } from '../core/model/resolved.ts'
import { count, data, list, optional, text } from './schema-words.ts'

const DeregistrationsSchema = Type.Object(
  {
    targetGroups: count('Target groups with ip targets that it fills: each takes a call of its own'),
    controllerSeconds: count('The controller time C that would cover all of them at once'),
    node: optional(
      Type.Object(
        {
          name: text('Its name'),
          targetGroups: count('Target groups that a drain of it takes ready Pods out of'),
          namespace: text('The namespace that most of them belong to'),
          ofNamespace: count('How many belong to it'),
          controllerSeconds: count('The controller time C that would cover such a drain'),
        },
        { description: 'The node whose Pods are in the most of them; absent: no such Pod was read' },
      ),
    ),
    budgeted: count('The controller time C of the budget'),
    limits: list(
      Type.Object({
        perSecond: Type.Number({ description: 'Calls a second' }),
        burst: count('Calls before that'),
      }),
      'The limits that its DeregisterTargets calls wait for; none: it waits for nothing',
    ),
    source: data<Provenance>('Provenance', 'Where the limits are set'),
    workers: count('How many TargetGroupBindings it works on at a time'),
    accepted: optional(text('Why `controller-slow` is accepted; absent: it is not')),
  },
  {
    description:
      'Target groups that may lose a Pod at once; absent: none, the limits are unknown, or only a part of the cluster was read',
  },
)
export type DeregistrationsEntry = Static<typeof DeregistrationsSchema>

const MeasuredSchema = Type.Object(
  {
    from: text('Beginning of the time that was measured, RFC 3339'),
    to: text('The last scrape, RFC 3339'),
    reconciles: count('TargetGroupBindings that it worked on'),
    controllerSeconds: count('The slowest deregistrations took at least so long: a floor of C, in seconds'),
    slowest: optional(
      Type.Object(
        {
          at: text('Its end, RFC 3339'),
          reconciles: count('TargetGroupBindings that it worked on'),
          waitedSeconds: Type.Number({ description: 'How long each waited for a worker, mean' }),
          workedSeconds: Type.Number({ description: 'How long a worker was at each, mean' }),
        },
        { description: 'The slowest time between two scrapes; absent: it did nothing' },
      ),
    ),
    throttled: count('Calls that AWS refused as too many'),
    failed: count('Deregistrations that failed, and were tried again'),
    depth: count('TargetGroupBindings that waited at the last scrape'),
    budgeted: count('The controller time C of the budget'),
    accepted: optional(text('Why `controller-slow` is accepted; absent: it is not')),
  },
  {
    description:
      'Its own metrics of the last hour; absent: not read (setting `controllerMetricsURL`), or by another replica',
  },
)
export type MeasuredControllerEntry = Static<typeof MeasuredSchema>

/** The part of a report about the load balancer controller. */
export const LbcSchema = Type.Object(
  {
    deployment: optional(
      Type.Object(
        {
          namespace: text('Its namespace'),
          name: text('Its name'),
          desired: count('Desired replicas'),
          ready: count('Ready replicas; if there is none, nothing is deregistered'),
          remark: optional(text('What a restart costs; absent: it has more than one replica')),
        },
        { description: 'Its Deployment; absent: not found' },
      ),
    ),
    gateWebhooks: list(
      Type.Object({
        configuration: text('Name of the MutatingWebhookConfiguration'),
        controller: Type.Enum(['lbc', 'auto-mode'], { description: 'Whose webhook it is' }),
        failurePolicy: Type.Enum(['Fail', 'Ignore'], { description: '`Fail`: its outage stops new Pods' }),
      }),
      'The webhooks that inject readiness gates',
    ),
    settings: list(
      Type.Object({
        name: text('Name of the setting'),
        value: Type.Unknown({ description: 'Its value' }),
        source: data<Provenance>('Provenance', 'Where it is set'),
      }),
      'Its own settings that discovery uses',
    ),
    deregistrations: optional(DeregistrationsSchema),
    measured: optional(MeasuredSchema),
  },
  { description: 'The load balancer controller; absent: this version does not report it' },
)
export type LbcEntry = Static<typeof LbcSchema>
