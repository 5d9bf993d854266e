import Type, { type Static } from 'typebox'
import { count, flag, list, optional, text } from '../report/schema-words.ts'
import type { PodState } from './plan.ts'
import { REFUSALS } from './refusal-ids.ts'

/** The version of the format; removing a field raises it. */
export const HANDOVER_FORMAT = 1

const STATES = ['done', 'nothing-to-do', 'planned', 'undone', 'failed', 'refused'] as const
const POD_STATES = [
  'waiting',
  'replacing',
  'leaving',
  'ending',
  'done',
  'undone',
  'failed',
] as const satisfies PodState[]

const PlanSchema = Type.Object(
  {
    replicaSet: text('The ReplicaSet that makes the replacements'),
    releaseLabel: text(
      'Label without which the ReplicaSet makes another Pod; empty: the records on the Pods say it',
    ),
    leaveLabels: list(Type.String(), 'Labels without which no Service selects a Pod'),
    services: list(Type.String(), 'The Services that it leaves'),
    disruptionBudgets: list(Type.String(), 'PodDisruptionBudgets that select the Pods'),
    sleepSeconds: count('How long a Pod that has left its Services goes on serving'),
    healthySeconds: count('How long a target may need until it is healthy'),
    gated: flag('A replacement has to have a readiness gate'),
    pods: list(
      Type.Object({
        name: text('Its name'),
        lacks: list(
          Type.String(),
          '`no hook`, `short hook`, `short grace period`, `no gate`; empty: an earlier call began with it',
        ),
      }),
      'The Pods that are replaced, in this order',
    ),
    cautions: list(Type.String(), 'What could not be looked at, and what may go wrong because of it'),
  },
  { description: 'What is done; absent: nothing' },
)

/** What `slackwater handover -o json` prints; docs/handover.md is its documentation. */
export const HandoverSchema = Type.Object({
  formatVersion: Type.Literal(HANDOVER_FORMAT, { description: 'Increases when a field is removed' }),
  namespace: text('The namespace'),
  dryRun: flag('Nothing was changed'),
  workloads: list(
    Type.Object({
      kind: text('`Deployment`, `Rollout`, `ReplicaSet`, or the kind that was refused'),
      namespace: text('Its namespace'),
      name: text('Its name'),
      state: Type.Enum([...STATES], {
        description:
          '`planned`: with --dry-run; `failed`: a Pod was not replaced, or is not back; `refused`: nothing was begun',
      }),
      text: text('What happened, or why not; a sentence'),
      refusal: optional(
        Type.Object(
          {
            id: Type.Enum([...REFUSALS], {
              description: 'Which refusal it is; later versions may have more',
            }),
            alternative: text('What to do in its place'),
          },
          { description: 'Absent: it was not refused' },
        ),
      ),
      plan: optional(PlanSchema),
      pods: list(
        Type.Object({
          name: text('The Pod'),
          state: Type.Enum([...POD_STATES], { description: 'How far its replacement has come' }),
          replacement: optional(text('The Pod that came for it; absent: none yet')),
          note: optional(text('What is waited for, or what went wrong')),
        }),
        'How far each Pod has come',
      ),
    }),
    'Those that were asked for; with --all and -l, those with Pods that lack something',
  ),
})
export type HandoverDocument = Static<typeof HandoverSchema>
