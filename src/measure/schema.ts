import Type, { type Static } from 'typebox'
import type { LossCause } from '../core/measurement/measurement.ts'
import { count, flag, list, optional, text } from '../report/schema-words.ts'

/** The version of the document's format; removing a field raises it. */
export const MEASURE_FORMAT = 1

const CAUSES = ['reset', 'connect', 'nobody', 'other'] as const satisfies LossCause[]

const duration = (description: string) => Type.Number({ description: `${description}, in seconds` })
const time = (description: string) => text(`${description}, RFC 3339`)

const object = (description: string) =>
  Type.Object(
    { kind: text('Its kind'), namespace: text('Its namespace'), name: text('Its name') },
    { description },
  )

const SAMPLE = {
  n: count('Departures that it is from'),
  median: duration('Half of them took at most this'),
  p95: duration('95 of 100 took at most this'),
  max: duration(
    'The longest, as an estimate of the truth: of C as it was seen, else never less than what was seen',
  ),
}

const sample = (description: string) => Type.Object(SAMPLE, { description })

const CausesSchema = Type.Object(
  {
    reset: count('502: the target refused or closed the connection'),
    connect: count('504: the address no longer answered'),
    nobody: count('503: no target was left'),
    other: count('Another answer of the load balancer’s own'),
  },
  { description: 'Lost requests by cause' },
)

const LostSchema = Type.Object({
  at: time('When the load balancer received it'),
  answered: time('When the load balancer had answered it'),
  status: count('What the client got'),
  cause: Type.Enum([...CAUSES], { description: 'Why' }),
  trace: text('Value of X-Amzn-Trace-Id, which the application may have logged; empty: the line has none'),
  target: optional(text('Address of the target; absent: none was left')),
  pod: optional(text('The Pod behind it, with its namespace; absent: no ledger knows it')),
  workload: optional(object('Its workload; absent: no ledger knows it')),
  afterSeconds: optional(
    duration(
      'From the deletion of the Pod, or where that is not known from its deregistration, until it came; negative: it was open by then',
    ),
  ),
  missing: list(
    Type.String(),
    'What the Pod lacked, as the ledger has it; empty: nothing, or nothing is known',
  ),
})
export type LostEntry = Static<typeof LostSchema>

const SleepSchema = Type.Object(
  {
    todaySeconds: count('The sleep that Slackwater computes today'),
    measuredSeconds: count('The sleep that it computes with what was measured'),
    todayFormula: text('How today’s is computed, with its numbers'),
    measuredFormula: text('How the measured one is'),
    workload: optional(object('The workload; absent: no report has one of the target group')),
    assumed: flag(
      'No report has this workload, so today’s is what Slackwater’s defaults give, and the terms beside the measured ones are its defaults',
    ),
    heldBy: optional(
      text('What keeps the measurement from changing the sleep; absent: nothing, and it takes effect'),
    ),
  },
  {
    description: 'The sleep of the workload that needs the longest; absent: too few departures were measured',
  },
)
export type SleepEntry = Static<typeof SleepSchema>

const GROUP = {
  departures: count('Pods that left with requests in the logs when they did'),
  silent: count(
    'Pods that left and say nothing: they got no request when they left, were registered again soon, or the logs end',
  ),
  requests: count('Requests to leaving targets, from a minute before their deletion on'),
  from: optional(time('The first departure')),
  to: optional(time('The last departure')),
  lastRequest: optional(
    sample(
      'From the deletion of a Pod until the last request reached it, C and P together; absent: not measured',
    ),
  ),
  controller: optional(
    sample('C: from the deletion until DeregisterTargets had returned; absent: no controller’s log has it'),
  ),
  propagation: optional(
    sample('P: from then until the last request reached the Pod; absent: no controller’s log has it'),
  ),
  resolutionSeconds: optional(
    duration(
      'Between two requests to one target while it served: one departure shows its last request too early by about this',
    ),
  ),
  seenSeconds: optional(duration('The longest after which a request was seen; absent: nothing was measured')),
  terms: optional(
    Type.Object(
      {
        controllerSeconds: optional(count('C; 0 with `deletion`: it is in P; absent: not measured')),
        propagationSeconds: count('P'),
        basis: Type.Enum(['deletion', 'deregistration'], { description: 'From when on P counts' }),
      },
      {
        description: 'What the sleep is computed with, in whole seconds; absent: too few departures',
      },
    ),
  ),
  statement: text('What the numbers prove, and what they do not; a sentence'),
  sleep: optional(SleepSchema),
  losses: CausesSchema,
  lost: list(LostSchema, 'Requests that were lost at leaving targets, the oldest first; of many only some'),
  unrelated: count('5xx of the load balancer’s own that no known departure explains'),
  answered: count('5xx that targets answered themselves'),
  lasts: list(
    Type.Number(),
    'Seconds from the deletion (of a target that no ledger has: from the deregistration) until the last request, of each departure, ascending; of many only some',
  ),
} as const

const TargetGroupSchema = Type.Object({
  targetGroup: text('Its ARN'),
  services: list(Type.String(), 'Services that it is for, as far as the report says; empty: not known'),
  workloads: list(object('A workload'), 'Whose Pods left it'),
  ...GROUP,
})
export type TargetGroupEntry = Static<typeof TargetGroupSchema>

const LoadBalancerSchema = Type.Object({
  loadBalancer: text('As access logs name it: `app/my-alb/50dc6c495c0c9188`'),
  ...GROUP,
  targetGroups: list(TargetGroupSchema, 'Its target groups'),
})
export type LoadBalancerEntry = Static<typeof LoadBalancerSchema>
/** What a load balancer and a target group both have. */
export type MeasuredEntry = Omit<LoadBalancerEntry, 'targetGroups' | 'loadBalancer'>

const MomentSchema = Type.Object({
  at: time('When'),
  text: text('What happened, without the time'),
  bad: flag('A request was lost, or failed'),
})
export type MomentEntry = Static<typeof MomentSchema>

const WhySchema = Type.Object(
  {
    asked: text('The time as it was given'),
    from: time('From when on was looked'),
    to: time('Until when'),
    text: text('The answer, a sentence'),
    failed: count('Answers of 500 and above in that time'),
    reasons: list(Type.String(), 'Those with the same reason at the same target together, the most first'),
    moments: list(MomentSchema, 'What happened, in order; of many only some'),
    more: count('Moments that are not listed'),
  },
  { description: 'What `--why` asked for; absent: it was not given' },
)
export type WhyEntry = Static<typeof WhySchema>

/** What `slackwater measure -o json` prints; docs/measure.md is its documentation. */
export const MeasureSchema = Type.Object({
  formatVersion: Type.Literal(MEASURE_FORMAT, { description: 'Increases when a field is removed' }),
  created: time('When it was measured'),
  by: text('The program and its version'),
  logs: Type.Object(
    {
      files: count('Files that were read'),
      lines: count('Lines that were read'),
      requests: count('Requests, each once, however often the files have it'),
      unreadable: count('Lines that are no access log line'),
      from: optional(time('The first request; absent: none')),
      to: optional(time('The last request; absent: none')),
    },
    { description: 'The access logs' },
  ),
  departures: Type.Object(
    {
      known: count('Pods that left and addresses that were deregistered, each once'),
      measured: count('Of these, with requests around them in the logs'),
      outside: count('Of these, before the first or after the last request of the logs'),
      absent: count('Of these, within the time of the logs, and their address is nowhere in them'),
      from: optional(time('The first; absent: none')),
      to: optional(time('The last; absent: none')),
      sources: list(Type.String(), 'Where they are from'),
    },
    { description: 'The departures' },
  ),
  loadBalancers: list(LoadBalancerSchema, 'Those of the logs, the one with the most departures first'),
  why: optional(WhySchema),
  notices: list(Type.String(), 'What limits the result, and what to do; sentences'),
})
export type MeasureDocument = Static<typeof MeasureSchema>
