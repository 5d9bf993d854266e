/** Every label and annotation of Slackwater's. */

/** Label on a workload, a Pod or a Namespace: `enforce`, `dry-run` or `off`. */
export const MODE_LABEL = 'slackwater.dev/mode'

/** Annotation on a pod template or Pod: the record of what we wrote there. */
export const RECORD_ANNOTATION = 'slackwater.dev/injected'

/** Annotation on a Namespace: the labels that Slackwater set there, and may therefore remove. */
export const GATES_ANNOTATION = 'slackwater.dev/readiness-gate-labels'

/** Annotation on a PolicyReport or Report of Slackwater: how many results it does not list. */
export const LEFT_ANNOTATION = 'slackwater.dev/results-not-listed'

/** Annotation on a Pod that `slackwater handover` is replacing: its step, the labels taken off, and a deadline. */
export const HANDOVER_ANNOTATION = 'slackwater.dev/handover'

/** Annotation on a workload, a pod template or a Namespace: findings that are accepted, each with a reason. */
export const ACCEPT_ANNOTATION = 'slackwater.dev/accept'

/** Annotation on a Service, a pod template or a Namespace: sets the kind of target group. */
export const ASSUME_ANNOTATION = 'slackwater.dev/assume'

export const SLEEP_ANNOTATION = 'slackwater.dev/sleep-seconds'
export const SHUTDOWN_SECONDS_ANNOTATION = 'slackwater.dev/shutdown-seconds'
export const REQUEST_ANNOTATION = 'slackwater.dev/request-seconds'
export const SHUTDOWN_ANNOTATION = 'slackwater.dev/shutdown'

/** The prefix of all of them. */
export const OUR_PREFIX = 'slackwater.dev/'

/** The namespace labels, value `enabled`, with which each controller injects readiness gates. */
export const GATE_LABELS = {
  lbc: 'elbv2.k8s.aws/pod-readiness-gate-inject',
  'auto-mode': 'eks.amazonaws.com/pod-readiness-gate-inject',
} as const
export const GATE_ENABLED = 'enabled'
