import Type, { type Static } from 'typebox'
import type { Notice } from '../core/model/notice.ts'
import type { Provenance } from '../core/model/resolved.ts'
import { MODES } from '../core/model/settings.ts'
import { STATES, type State } from '../judgement/states.ts'
import type { PatchOperation } from '../kubernetes/patch.ts'
import { AuditedSchema, TriedSchema } from './audit-schema.ts'
import type { BudgetDocument, ExposureDocument } from './decision-document.ts'
import { DeparturesSchema, RolloutSummarySchema } from './departures-schema.ts'
import { FindingSchema } from './finding-schema.ts'
import { LbcSchema } from './lbc-schema.ts'
import { OrphanedHookSchema } from './orphaned-hook.ts'
import { PodCountsSchema, WorkloadPodsSchema } from './pod-schema.ts'
import { count, data, flag, list, optional, text } from './schema-words.ts'

/** The version of the report's format; removing a field raises it. */
export const REPORT_FORMAT = 1

const states = Object.fromEntries(
  Object.entries(STATES).map(([state, meaning]) => [state, count(meaning)]),
) as Record<State, ReturnType<typeof count>>

const ContainerSchema = Type.Object({
  name: text('Name of the container'),
  hook: optional(text('`sleep`, `exec`, `httpGet`, `tcpSocket`: its preStop hook; absent: none')),
  seconds: optional(count('How long the hook certainly delays SIGTERM; absent: unknown')),
  ours: flag('The hook is as Slackwater wrote it'),
})

const RefusalSchema = Type.Object(
  {
    likelihood: Type.Enum(['certain', 'if-changed'], {
      description: '`certain`: the next apply of its current manifest; `if-changed`: only the requests below',
    }),
    sleepSeconds: count('The sleep in the template'),
    statedGraceSeconds: optional(count('The grace period that the manifest states')),
    requests: list(
      Type.String(),
      'Requests that the API server would reject while Slackwater is unavailable',
    ),
  },
  { description: 'What the API server would reject while Slackwater is unavailable; absent: nothing' },
)

const LateExposureSchema = Type.Object(
  {
    verdict: Type.Enum(['adopt', 'wait', 'leave'], {
      description:
        '`adopt`: Slackwater rolls it out; `wait`: not yet, perhaps soon; `leave`: you choose when to roll it out',
    }),
    why: optional(text('Why Slackwater does not roll it out, or not yet')),
    cure: optional(text('What fixes it')),
  },
  {
    description:
      'What happens to a template without hooks whose load balancer came after it; absent: nothing',
  },
)

export const EndingSchema = Type.Object(
  {
    sigterm: count('When the first container gets SIGTERM, in seconds after the deletion'),
    sigkill: count('When the last container is killed, if it has not exited before'),
  },
  { description: 'How its Pods terminate after the changes; absent: no budget was computed' },
)

/** One workload of a report, and of what `explain` prints. */
export const WorkloadSchema = Type.Object({
  kind: text('Kind of the workload'),
  namespace: text('Its namespace'),
  name: text('Its name'),
  state: optional(
    Type.Enum(Object.keys(STATES) as State[], {
      description: 'Absent: not behind a load balancer; with `cluster.doubt`: unknown',
    }),
  ),
  mode: Type.Enum([...MODES], { description: 'The mode that applies to it' }),
  modeSource: data<Provenance>('Provenance', 'Where the mode is set'),
  verdict: text('The webhook’s decision about its next change, in one word'),
  why: text('The reason, a clause'),
  exposures: list(
    data<ExposureDocument>('Exposure'),
    'Target groups that send to its Pods, as in `plan -o json`',
  ),
  budget: optional(
    data<BudgetDocument>('Budget', 'Sleep and grace period with every term, as in `plan -o json`'),
  ),
  ending: optional(EndingSchema),
  present: Type.Object(
    {
      gracePeriodSeconds: optional(
        count('The template’s grace period; absent: the API server’s default, 30'),
      ),
      containers: list(ContainerSchema, 'Its regular containers'),
      recorded: flag('The template has Slackwater’s record'),
    },
    { description: 'The template as it is' },
  ),
  changes: list(Type.String(), 'What mode enforce would do at its next change, in words'),
  patch: list(data<PatchOperation>('Operation'), 'The same as a JSON Patch of the stored object'),
  sent: list(data<PatchOperation>('Operation'), 'What the webhook would send in the mode that applies'),
  findings: list(FindingSchema, 'What costs requests or time'),
  unusedAccepts: optional(
    list(Type.String(), 'Findings that the workload itself accepts although they do not occur; absent: none'),
  ),
  notices: list(
    data<Notice>('Notice'),
    'About the Services that select it, and the objects that refer to them',
  ),
  warnings: list(
    Type.String(),
    'Labels and annotations that could not be used, and patches that could not be proven',
  ),
  pods: optional(WorkloadPodsSchema),
  rollouts: optional(
    list(
      RolloutSummarySchema,
      'Its last rollouts as far as they are known, the newest first; absent: none is known',
    ),
  ),
  lateExposure: optional(LateExposureSchema),
  tried: optional(TriedSchema),
  refusedWithoutUs: optional(RefusalSchema),
  orphanedHook: optional(OrphanedHookSchema),
})
export type WorkloadEntry = Static<typeof WorkloadSchema>

const OtherPodsSchema = Type.Object({
  kind: text('`Pod`, or the kind of an owner that is not a workload of the report'),
  namespace: text('Its namespace'),
  name: text('Its name'),
  pods: WorkloadPodsSchema,
})
export type OtherPods = Static<typeof OtherPodsSchema>

const GateSchema = Type.Object({
  controller: Type.Enum(['lbc', 'auto-mode'], { description: 'Whose label it is' }),
  state: text('The decision about the label, in one word'),
  why: text('The reason, a clause'),
  cure: optional(text('The command with which you set it yourself')),
})
export type GateEntry = Static<typeof GateSchema>

const NamespaceSchema = Type.Object({
  name: text('Name of the namespace'),
  mode: optional(text('Value of its mode label')),
  labels: Type.Record(Type.String(), Type.String(), {
    description: 'Its readiness-gate labels',
  }),
  gates: list(GateSchema, 'The decision about its readiness-gate labels'),
  workloads: count('Workloads that were read'),
  exposed: count('Of these, behind a load balancer'),
  states: Type.Object(states, { description: 'Those behind a load balancer, by state' }),
  warnings: count('Findings of severity warning or error that are not accepted'),
  refusals: count('Workloads whose next apply the API server would reject while Slackwater is unavailable'),
  pods: PodCountsSchema,
})
export type NamespaceEntry = Static<typeof NamespaceSchema>

const FindingCountSchema = Type.Object({
  id: FindingSchema.properties.id,
  severity: FindingSchema.properties.severity,
  workloads: count('Workloads that have the finding now or after the change'),
  ended: count('Of these, workloads for which the change fixes it'),
  accepted: optional(
    count(
      'Of these, workloads for which it stays and is accepted; absent: the version that answered counts none',
    ),
  ),
})

const TotalsSchema = Type.Object(
  {
    namespaces: count('Namespaces with workloads'),
    workloads: count('Workloads that were read'),
    exposed: count('Of these, behind a load balancer'),
    states: Type.Object(states, { description: 'Those behind a load balancer, by state' }),
    findings: list(FindingCountSchema, 'Per id, the most frequent first'),
    pods: PodCountsSchema,
    refusals: Type.Object(
      {
        certain: count('Workloads whose next apply would be rejected while Slackwater is unavailable'),
        ifChanged: count(
          'Workloads for which some requests would be rejected while Slackwater is unavailable',
        ),
      },
      { description: 'What the API server would reject while Slackwater is unavailable' },
    ),
    unreadable: count('Objects that could not be read'),
  },
  { description: 'The numbers of the first screen' },
)
export type Totals = Static<typeof TotalsSchema>

const ConcernSchema = Type.Object({
  id: text('Which concern it is, in the table above; later versions may have more'),
  severity: FindingSchema.properties.severity,
  object: optional(
    Type.Object(
      { kind: text('Its kind'), namespace: text('Its namespace'), name: text('Its name') },
      { description: 'Absent: it is about the report itself, or the text names the object' },
    ),
  ),
  text: text('One sentence'),
  cure: text('What to do'),
})
export type ConcernEntry = Static<typeof ConcernSchema>

/** What `slackwater report -o json` prints; docs/report.md is its documentation. */
export const ReportSchema = Type.Object({
  formatVersion: Type.Literal(REPORT_FORMAT, { description: 'Increases when a field is removed' }),
  created: text('When the report was made, RFC 3339'),
  namespace: optional(text('The only namespace that was read; absent: all of them')),
  audited: optional(AuditedSchema),
  manifests: optional(
    list(
      Type.String(),
      'Files and folders that it was made from; absent: a cluster. Then nothing is known about what runs: Pods, leader',
    ),
  ),
  slackwater: Type.Object(
    {
      version: text('Version of the replica that answered'),
      mode: Type.Enum([...MODES], { description: 'The installation’s mode' }),
      settings: list(
        Type.Object({
          name: text('Key of the settings file'),
          value: Type.Unknown({ description: 'Its value' }),
        }),
        'Settings that differ from their defaults',
      ),
    },
    { description: 'The Slackwater that answered' },
  ),
  cluster: Type.Object(
    {
      doubt: optional(
        text('Why the copy of the cluster is incomplete or stale; no exposure is reported then'),
      ),
      leader: optional(text('The replica that acts on the cluster; absent: none, or not known')),
      loadBalancerController: optional(LbcSchema),
      watches: list(
        Type.Object({
          resource: text('The resource’s name in kubectl'),
          seconds: Type.Number({
            description: 'Since the API server last confirmed that the copy is up to date',
          }),
        }),
        'How old the copy of each resource is',
      ),
    },
    { description: 'What it knows of the cluster' },
  ),
  missing: list(
    Type.Object({
      part: text('Resource that could not be listed completely'),
      problem: text('Why'),
      unknown: optional(text('What is unknown because of it; absent: not said')),
    }),
    'What is missing in this report',
  ),
  unreadable: list(
    Type.Object({
      object: text('Kind, namespace and name'),
      problem: text('Field, expected value and found value'),
    }),
    'Objects that could not be read',
  ),
  concerns: optional(
    list(ConcernSchema, 'What needs attention, the graver first; absent: the version that answered has none'),
  ),
  totals: TotalsSchema,
  departures: optional(DeparturesSchema),
  namespaces: list(NamespaceSchema, 'Namespaces with workloads or Pods behind a load balancer'),
  workloads: list(
    WorkloadSchema,
    'Workloads behind a load balancer, with Slackwater’s record, or with something to report; sorted by namespace',
  ),
  otherPods: list(OtherPodsSchema, 'Pods behind a load balancer that belong to none of these workloads'),
})
export type Report = Static<typeof ReportSchema>
