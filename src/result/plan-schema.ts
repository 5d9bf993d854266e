import Type, { type Static } from 'typebox'
import { FINDINGS, type FindingId } from '../core/findings/catalogue.ts'
import type { Notice } from '../core/model/notice.ts'
import { MODES } from '../core/model/settings.ts'
import type { PatchOperation } from '../kubernetes/patch.ts'
import { NOTE_IDS } from '../manifests/position.ts'
import type { BudgetDocument, ExposureDocument } from '../report/decision-document.ts'
import { FindingSchema } from '../report/finding-schema.ts'
import { EndingSchema } from '../report/schema.ts'
import { count, data, list, optional, text } from '../report/schema-words.ts'

/** The version of the format; removing a field raises it. */
export const PLAN_FORMAT = 1

const line = (absent: string) =>
  optional(Type.Integer({ minimum: 1, description: `Counts from 1; absent: ${absent}` }))

const SummarySchema = Type.Object(
  {
    workloads: count('Workloads and Pods that were read'),
    changed: count('Of these, those that the webhook would patch'),
    inPods: count('Of these, those whose Pods the webhook would patch instead'),
    labelled: count('Namespaces among the files that get a readiness-gate label'),
    warnings: count(
      'Findings and notices of severity warning or error that stay and are not accepted, and unusable labels and annotations',
    ),
    errors: count('Of these, those of severity error'),
    information: count('Findings and notices of severity information that stay and are not accepted'),
    accepted: count('Findings that stay and are accepted; no other number contains them'),
  },
  { description: 'The numbers of the first lines of the text' },
)

const source = optional(
  text('Of what was rendered: the template or kustomization that it comes from; absent: it was not rendered'),
)

const PlacedSchema = Type.Object(
  {
    file: text('The file or URL, as it was given or found, or `FOLDER (COMMAND)` for what was rendered'),
    line: Type.Integer({ minimum: 1, description: 'Counts from 1' }),
    source,
  },
  { description: 'Where the object is written' },
)

const PlannedSchema = Type.Object({
  kind: text('Kind of the workload, or `Pod`'),
  namespace: text('Its namespace'),
  name: text('Its name'),
  position: PlacedSchema,
  mode: Type.Enum([...MODES], { description: 'The mode that applies to it' }),
  verdict: text('The webhook’s decision, in one word'),
  why: text('The reason, a clause'),
  budget: optional(
    data<BudgetDocument>('Budget', 'Sleep and grace period with every term; absent: none was computed'),
  ),
  ending: optional(EndingSchema),
  exposures: list(data<ExposureDocument>('Exposure'), 'Target groups that send to its Pods'),
  findings: list(FindingSchema, 'What costs requests or time'),
  unusedAccepts: optional(
    list(
      Type.Enum(Object.keys(FINDINGS) as FindingId[]),
      'Findings that it accepts itself although they do not occur; absent: none',
    ),
  ),
  warnings: list(
    Type.String(),
    'Labels and annotations that could not be used, and patches that could not be proven',
  ),
  patch: list(data<PatchOperation>('Operation'), 'What the webhook would do, as a JSON Patch (RFC 6902)'),
  related: optional(
    list(
      Type.Object(
        {
          kind: text('Its kind'),
          namespace: text('Its namespace'),
          name: text('Its name'),
        },
        { additionalProperties: true },
      ),
      'Its autoscalers and PodDisruptionBudgets among the files, with what was read of each; absent: none',
    ),
  ),
})

const LabelSchema = Type.Object({
  name: text('Name of the namespace'),
  label: text('The readiness-gate label that the controller requires'),
  value: text('Its value'),
  action: Type.Enum(['add', 'present', 'other-value', 'excluded', 'left'], {
    description:
      '`add`: to be set; `present`: set; `other-value`: set to another value, which stays; `excluded`: never changed; `left`: not to be set',
  }),
  present: optional(text('The value that it has; absent: the label is not set')),
  isUnknown: optional(
    Type.Literal(true, { description: 'The Namespace is not among the files, so it may have the label' }),
  ),
  why: optional(text('The reason')),
  cure: optional(text('What you can do about it')),
})

const NoteSchema = Type.Object({
  severity: Type.Enum(['information', 'warning'], { description: 'A warning changes the exit code' }),
  id: Type.Enum([...NOTE_IDS], { description: 'In docs/findings/README.md' }),
  file: text('The file or folder'),
  line: line('it is about the whole file or folder'),
  source,
  text: text('One sentence'),
})

const ProblemSchema = Type.Object({
  file: text('The file'),
  line: line('it is about the whole file'),
  column: optional(Type.Integer({ minimum: 1, description: 'Counts from 1, in UTF-16 code units' })),
  source,
  message: text('What is wrong, and what was expected'),
})

/** What `slackwater plan -o json` prints. */
export const PlanSchema = Type.Object({
  formatVersion: Type.Literal(PLAN_FORMAT, { description: 'Increases when a field is removed' }),
  summary: SummarySchema,
  objects: list(PlannedSchema, 'Workloads and Pods, in the order of the files'),
  namespaces: list(LabelSchema, 'Readiness-gate labels of namespaces whose Pods are behind ip targets'),
  notices: list(data<Notice>('Notice'), 'About other objects than workloads'),
  notes: list(NoteSchema, 'About files'),
  problems: list(ProblemSchema, 'Input that could not be read'),
})
export type PlanDocument = Static<typeof PlanSchema>
