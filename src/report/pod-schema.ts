import Type, { type Static } from 'typebox'
import { count, optional, text } from './schema-words.ts'

/** Counts of Pods. */
export const PodCountsSchema = Type.Object(
  {
    running: count('Pods behind a load balancer that are not being deleted; all counts are of these'),
    withoutHook: count('A container that should have a preStop hook has none'),
    shortHook: count('A hook of known length is shorter than the needed sleep'),
    shortGrace: count('The grace period is shorter than needed'),
    withoutGate: count('Behind ip targets, without a readiness gate of a target group'),
    gateNotMet: count('A readiness gate of a target group whose condition is not True'),
  },
  { description: 'Running Pods, and what they lack' },
)
export type PodCounts = Static<typeof PodCountsSchema>

const StuckGateSchema = Type.Object(
  {
    pods: count('How many Pods wait'),
    pod: text('The one that has waited longest'),
    gate: text('Type of the condition it waits for'),
    limitSeconds: count('How long the gate may need after the containers are ready'),
    reason: optional(text('The controller’s reason in that condition; absent: it has none')),
    message: optional(text('Its message')),
  },
  { description: 'Pods that wait for a readiness gate longer than it may need; absent: none is known' },
)

export const WorkloadPodsSchema = Type.Object(
  {
    ...PodCountsSchema.properties,
    oldest: optional(text('Creation of the oldest Pod that lacks hook, grace period or gate; RFC 3339')),
    cause: optional(text('Why the Pods lack it')),
    cure: optional(text('What fixes it')),
    cost: optional(text('What replacing them costs; absent: nothing is known to be lost')),
    stuckGate: optional(StuckGateSchema),
  },
  { description: 'Its Pods behind a load balancer; absent: none is running' },
)
export type WorkloadPods = Static<typeof WorkloadPodsSchema>
