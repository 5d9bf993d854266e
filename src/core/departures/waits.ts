/** How long the ledger waits for what may still come, in milliseconds of its own clock; and what it takes for the same time. */

/**
 * Two times of Kubernetes differ by at most so much less than their moments did: `metav1.Time` is RFC 3339 with whole
 * seconds, the rest cut off (apimachinery, meta/v1/time.go), and the clocks of nodes are kept within milliseconds of each
 * other (Amazon Time Sync Service). A hook of 45 s may so be seen to have ended 44 s after the deletion, never 43.
 */
export const RESOLUTION = 1_000

/**
 * From a Pod's end to its judgement: the kubelet's Events and the nodes come by other watches than the Pods, and its
 * replacement is created when its controller has seen it go. A choice: a watch is late by a second or two.
 */
export const SETTLING = 10_000

/** How much longer for the Pod that came for it to become ready, and for the last new Pods of a rollout. A choice. */
export const READINESS = 60_000

/**
 * From a Pod's judgement until it is said to belong to no rollout: with `maxSurge: 0`, and in a StatefulSet, the old Pod
 * leaves before the first one of the new template exists. Controllers act within a second; a choice, for a loaded one.
 */
export const ROLLOUT = 30_000

/** From the last Pod of a workload until the workload is forgotten, its rollouts kept; the longest wait. A choice. */
export const EMPTY = 600_000

/**
 * A clock that is set back by more than this was wrong before; less is events in the wrong order, and after a clock that was
 * set back by less all waits are longer by that. A choice.
 */
export const DISORDER = 600_000
