import Type, { type TSchema } from 'typebox'
import { NOTICE_IDS } from '../core/model/notice.ts'
import { ReportSchema } from './schema.ts'
import { count, type DefinitionName, flag, list, optional, text } from './schema-words.ts'

/**
 * What several documents have in common, for the published schemas (docs/schemas). These parts are the program's own
 * types; the schemas of the documents name them with `data`.
 */

const ObjectSchema = Type.Object(
  {
    kind: text('Its kind'),
    namespace: text('Its namespace; empty for a kind that has none'),
    name: text('Its name'),
  },
  { description: 'A Kubernetes object by name' },
)

const place = <K extends string>(kind: K, meaning: string) => Type.Literal(kind, { description: meaning })

const ProvenanceSchema = Type.Union(
  [
    Type.Object({
      kind: Type.Enum(['annotation', 'label'], { description: 'An annotation or a label of an object' }),
      key: text('Its key'),
      object: Type.Ref('Object'),
    }),
    Type.Object({
      kind: place('field', 'A field of an object'),
      path: text('Its path'),
      object: Type.Ref('Object'),
    }),
    Type.Object({
      kind: place('argument', 'A command-line argument in an object'),
      name: text('Its name'),
      object: Type.Ref('Object'),
    }),
    Type.Object({ kind: place('setting', 'A setting of the installation'), name: text('Its key') }),
    Type.Object({ kind: place('default', 'A default'), of: text('Whose default it is') }),
    Type.Object({ kind: place('derived', 'Derived from something else'), text: text('From what, a clause') }),
    Type.Object({
      kind: place('measured', 'Access logs, by slackwater measure'),
      what: Type.Enum(['lastRequest', 'propagation', 'controller'], {
        description:
          '`lastRequest`: from the deletion of a Pod to the last request; `propagation`: from deregistration to that; `controller`: from the deletion to deregistration',
      }),
      resource: text('ARN of a target group, or a load balancer as access logs name it'),
      n: count('Departures'),
      max: Type.Number({ description: 'The longest time, seconds with decimals' }),
      until: text('The last of the departures, RFC 3339'),
      measured: text('When it was measured, RFC 3339'),
      by: text('The program and its version'),
      object: Type.Ref('Object', { description: 'The ConfigMap' }),
    }),
    Type.Object({
      kind: place('aws', 'AWS itself'),
      call: text('The API call: `DescribeTargetGroupAttributes`'),
      resource: text('ARN of the target group or load balancer'),
      asked: text('When AWS was asked, RFC 3339'),
      object: Type.Ref('Object', { description: 'The ConfigMap' }),
    }),
  ],
  { description: 'Where a value is set' },
)

const OriginSchema = Type.Object(
  {
    rank: Type.Enum(['explicit', 'observed', 'declared', 'assumed'], {
      description: 'How good the evidence is, the best first (docs/budget.md)',
    }),
    source: Type.Ref('Provenance'),
    unused: optional(text('Why the value is shown and not used; absent: it may be used')),
  },
  { description: 'How a value is known' },
)

const CandidateSchema = Type.Object(
  { value: Type.Unknown({ description: 'The value' }), origin: Type.Ref('Origin') },
  { description: 'A value with its origin' },
)

const ResolvedSchema = Type.Object(
  {
    ...CandidateSchema.properties,
    alternatives: list(Type.Ref('Candidate'), 'Values that were not used, the best evidence first'),
  },
  { description: 'A value with its origin and the values that were not used' },
)

const StepSchema = Type.Union(
  [
    Type.Object({ object: Type.Ref('Object'), port: optional(text('Port of the Service, number or name')) }),
    Type.Object({ via: text('What leads on from the object before: a rule, a listener') }),
  ],
  { description: 'One step from a load balancer to the workload' },
)

const ExposureSchema = Type.Object(
  {
    id: text('Identifies the target group; the same in every run'),
    service: Type.Ref('Object'),
    loadBalancer: Type.Ref('Resolved', { description: '`alb`, `nlb` or `classic`' }),
    targetType: Type.Ref('Resolved', { description: '`ip` or `instance`' }),
    externalTrafficPolicy: Type.Enum(['Cluster', 'Local'], { description: 'That of the Service' }),
    controller: Type.Enum(['lbc', 'auto-mode'], {
      description: 'The controller that creates the target group',
    }),
    targetGroup: optional(text('ARN of the target group; absent: no object shows it')),
    because: list(
      Type.Object({
        text: text('The path in one line'),
        steps: list(Type.Ref('Step'), 'The same as data'),
      }),
      'Every path from an object with a load balancer to the workload',
    ),
    assumptions: list(Type.String(), 'What is assumed, and what to set to confirm it'),
    publishNotReadyAddresses: flag('The Service publishes terminating Pods as ready'),
    selectsOnePod: flag('The Service selects one Pod of a StatefulSet'),
    otherClusters: flag('The target group has targets of other clusters, too'),
    switchedBy: optional(
      Type.Object(
        {
          rollout: Type.Ref('Object'),
          strategy: Type.Enum(['blue-green', 'canary'], { description: 'Its strategy' }),
        },
        { description: 'The Argo Rollout that switches the Service to new Pods; absent: none' },
      ),
    ),
    variant: optional(
      Type.Object(
        {
          object: Type.Ref('Object'),
          exposing: text('`file:line` of the variant that has the load balancer'),
          other: text('`file:line` of one that has not'),
        },
        { description: 'Only one of several variants of an object in the files has it; absent: not so' },
      ),
    ),
  },
  { description: 'One target group that sends to the Pods of a workload' },
)

const PhaseSchema = Type.Object(
  {
    kind: Type.Enum(['unaware', 'stopping', 'finishing'], {
      description:
        '`unaware`: the load balancer sends as before; `stopping`: some nodes still send; `finishing`: open requests end',
    }),
    term: text('The term of the budget that it takes'),
    from: Type.Number({ description: 'Begin, in seconds after the deletion of the Pod' }),
    to: Type.Number({ description: 'End, in seconds after the deletion of the Pod' }),
  },
  { description: 'What the load balancer does after the deletion of a Pod' },
)

const seconds = (description: string) => Type.Number({ minimum: 0, description })

const ExposureBudgetSchema = Type.Object(
  {
    exposure: text('`id` of the exposure'),
    row: text('The row of the table in docs/budget.md'),
    phases: list(Type.Ref('Phase'), 'What the load balancer does after the deletion of a Pod'),
    sleepSeconds: seconds('The sleep that it needs, before limits'),
    gracePeriodSeconds: seconds('The grace period that it needs, before limits'),
    unobservedSleepSeconds: optional(
      count('The sleep without what was measured and what AWS says; absent: nothing was observed'),
    ),
    classicSleepSeconds: optional(
      seconds('The sleep if it is a Classic Load Balancer; absent: nothing indicates one'),
    ),
    sleepFormula: text('The formula of the sleep, in terms'),
    shutdownFormula: text('The formula of the time after SIGTERM, in terms'),
    terms: Type.Record(Type.String(), Type.Ref('Resolved'), {
      description: 'Each term of the formulas in seconds, by its letter in docs/budget.md',
    }),
  },
  { description: 'What one exposure needs' },
)

const BudgetSchema = Type.Object(
  {
    sleepSeconds: seconds('Sleep before SIGTERM, after limits; 0: none is needed'),
    gracePeriodSeconds: seconds('Grace period, after limits'),
    shutdownSeconds: seconds('The longest time that a container has after SIGTERM'),
    needed: Type.Object(
      { sleep: seconds('Sleep'), grace: seconds('Grace period') },
      { description: 'The same two before limits' },
    ),
    graceful: flag('The application finishes open requests after SIGTERM'),
    longestKnownHookSeconds: seconds('The longest preStop hook of the user; 0: none'),
    explicitSleep: optional(
      Type.Ref('Candidate', { description: 'A sleep that an annotation sets; absent: none' }),
    ),
    decidedBy: text('`id` of the exposure that needs most'),
    caps: list(
      Type.Object({
        limit: text('The limit'),
        term: text('What it limits'),
        from: seconds('Before'),
        to: seconds('After'),
      }),
      'What was cut, in order',
    ),
    containers: list(
      Type.Object({
        name: text('Name of the container'),
        holds: text('What keeps it from SIGTERM, in one word'),
        sleepSeconds: seconds('Time until its SIGTERM'),
        shutdownSeconds: seconds('Time that it is left with after SIGTERM'),
        hookSeconds: optional(seconds('The known length of its own hook, 0 if unknown; absent: it has none')),
      }),
      'What each regular container needs',
    ),
    graceContainer: text('The container that decides the grace period'),
    perExposure: list(Type.Ref('ExposureBudget'), 'What each exposure needs'),
  },
  { description: 'Sleep and grace period with everything that they follow from' },
)

const NoticeSchema = Type.Object(
  {
    severity: Type.Enum(['information', 'warning'], {
      description: 'A warning changes the exit code of a plan',
    }),
    id: Type.Enum([...NOTICE_IDS], { description: 'In docs/findings, Notices and notes' }),
    object: Type.Ref('Object'),
    text: text('One sentence, with what to do'),
  },
  { description: 'About an object other than the workload' },
)

const OperationSchema = Type.Object(
  {
    op: Type.Enum(['add', 'replace', 'remove'], { description: 'What is done' }),
    path: text('JSON Pointer to the field'),
    value: optional(Type.Unknown({ description: 'The new value; absent for remove' })),
  },
  { description: 'One operation of a JSON Patch, RFC 6902' },
)

/** By the name under which `data` refers to each. */
export const DEFINITIONS: Readonly<Record<DefinitionName, TSchema>> = {
  Object: ObjectSchema,
  Provenance: ProvenanceSchema,
  Origin: OriginSchema,
  Candidate: CandidateSchema,
  Resolved: ResolvedSchema,
  Step: StepSchema,
  Exposure: ExposureSchema,
  Phase: PhaseSchema,
  ExposureBudget: ExposureBudgetSchema,
  Budget: BudgetSchema,
  Notice: NoticeSchema,
  Operation: OperationSchema,
  Report: ReportSchema,
}
