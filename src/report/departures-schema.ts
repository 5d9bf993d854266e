import Type, { type Static } from 'typebox'
import type { DepartureOutcome } from '../core/departures/verdict.ts'
import { count, list, optional, text } from './schema-words.ts'

/** The part of a report about Pods that left: what the ledger of departures holds. */

const OUTCOMES = ['covered', 'exposed', 'unknown'] satisfies DepartureOutcome[]

const outcome = (subject: string) =>
  Type.Enum(OUTCOMES, {
    description: `\`covered\`: hook and grace period ${subject} were as needed, nothing cut them, and other Pods served meanwhile; \`exposed\`: something was missing; \`unknown\`: not everything was seen. It says nothing about requests`,
  })

const OutcomeCountsSchema = Type.Object(
  {
    covered: count('Pods that left covered'),
    exposed: count('Pods that left exposed'),
    unknown: count('Pods of which not everything was seen'),
  },
  { description: 'Pods that left, by outcome' },
)

const OwnerSchema = Type.Object(
  { kind: text('Its kind'), namespace: text('Its namespace'), name: text('Its name') },
  { description: 'The workload' },
)

const ReasonSchema = Type.Object({
  id: text('Which reason it is, in the table above; later versions may have more'),
  pods: count('Pods that it holds for; 0: of how many it is true is not known'),
  text: text('What happened: a predicate of these Pods; with 0 Pods a sentence about the rollout'),
  cure: optional(text('What to do; absent: nothing is to be done')),
})

const ExitSchema = Type.Object({
  container: text('Name of the container'),
  code: Type.Integer({ description: 'Its exit code; 137: killed' }),
  reason: optional(text('The kubelet’s reason, such as `OOMKilled`; absent: it gave none')),
})

const time = (what: string, absent: string) => optional(text(`${what}, RFC 3339; absent: ${absent}`))

const DepartureSchema = Type.Object({
  uid: text('uid of the Pod'),
  pod: text('Its name'),
  workload: OwnerSchema,
  revision: optional(text('The template that it was made from, as its label has it; absent: unknown')),
  ip: optional(text('Its address, which is that of its target; absent: unknown')),
  node: optional(text('Its node; absent: unknown')),
  deleted: time('When its deletion was asked for', 'unseen'),
  ended: time('When the last of its regular containers ended', 'unseen'),
  gone: time('When it was no longer there', 'it is there, or unseen'),
  replaced: time('When the Pod that came for it was ready', 'none is known'),
  graceGivenSeconds: optional(count('The grace period that the delete gave it; absent: unseen')),
  graceStatedSeconds: count('The grace period of its spec'),
  sleptSeconds: optional(count('How long its hooks held SIGTERM back; absent: unknown')),
  neededSeconds: optional(count('The sleep that it needed at that moment; absent: unknown')),
  exitCodes: list(ExitSchema, 'How its regular containers ended'),
  disruption: optional(text('Reason of its condition `DisruptionTarget`; absent: it had none')),
  outcome: outcome('of the Pod'),
  text: text('The same as a predicate: `left after 45 s`'),
  reasons: list(ReasonSchema, 'Why it is exposed or unknown'),
})
export type DepartureEntry = Static<typeof DepartureSchema>

const SUMMARY = {
  revision: optional(
    text('The template that it went to, as the label of its Pods has it; absent: not known'),
  ),
  began: time('When its first Pod came or left', 'not known'),
  ended: time(
    'When its last Pod had left',
    'it goes on, or not all departures are judged yet and the verdict may change',
  ),
  verdict: outcome('of each Pod'),
  text: text('What happened, one sentence'),
  cure: optional(text('What to do; absent: nothing is to be done')),
} as const

/** A rollout as an entry of its workload has it. */
export const RolloutSummarySchema = Type.Object(SUMMARY)
export type RolloutSummary = Static<typeof RolloutSummarySchema>

const RolloutSchema = Type.Object({
  workload: OwnerSchema,
  ...SUMMARY,
  superseded: Type.Boolean({ description: 'Another rollout began before this one had ended' }),
  departures: OutcomeCountsSchema,
  shortestSleepSeconds: optional(count('The shortest sleep of a Pod that left; absent: none is known')),
  gates: Type.Object(
    {
      held: count('Of these, Pods whose readiness gate had passed before they were ready'),
      of: count('Pods that came, behind ip targets'),
      longestSeconds: optional(count('The longest time until a gate passed; absent: none is known')),
    },
    { description: 'Readiness gates of the Pods that came' },
  ),
  reasons: list(ReasonSchema, 'Why it is exposed or unknown, the reason of most Pods first'),
  kept: list(DepartureSchema, 'Its departures one by one, the oldest first; of a large rollout only some'),
})
export type RolloutEntry = Static<typeof RolloutSchema>

export const DeparturesSchema = Type.Object(
  {
    ledger: Type.Enum(['here', 'elsewhere', 'nowhere'], {
      description:
        '`here`: the replica that answered keeps it; `elsewhere`: another replica, the leader, does; `nowhere`: none does',
    }),
    why: optional(text('Why it is not kept here, and where to ask; absent: it is')),
    since: time('Since when it is kept without a gap', 'nothing has been read yet, or it is not kept here'),
    followed: count('Pods behind load balancers that are followed now'),
    outcomes: OutcomeCountsSchema,
    coveredPercent: optional(
      Type.Number({
        description:
          'The share of covered ones among the Pods that left, rounded down to a tenth; absent: none left',
      }),
    ),
    rollouts: list(
      RolloutSchema,
      'The last rollouts, at most three of each workload, the newest first; of the namespace, if there is one',
    ),
    others: list(
      DepartureSchema,
      'The last hundred departures that belong to no rollout, the newest first; of the namespace, if there is one',
    ),
  },
  {
    description:
      'The Pods that left, in the whole cluster, since its leader began to keep account; absent: manifests, an audit, or a version that has none',
  },
)
export type DeparturesEntry = Static<typeof DeparturesSchema>
