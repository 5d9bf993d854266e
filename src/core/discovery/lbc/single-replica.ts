import { information, type Notice } from '../../model/notice.ts'
import type { LbcDeploymentObject } from '../objects/lbc-objects.ts'

/**
 * What a restart of a controller with one replica costs. Measured with LBC in a cluster: 16 to 19 s from the deletion of
 * a Pod until the target was deregistered, when LBC had been restarted a moment before. LBC does not release its lease
 * when it ends, and leaves the durations at their defaults (LBC pkg/config/runtime_config.go): the next process waits
 * for 15 s after it first sees the lease, and looks at it every 2 s, up to 2.4 s with jitter (controller-runtime
 * pkg/manager, defaultLeaseDuration; client-go leaderelection). So a second replica has to wait, too.
 */
export const ONE_REPLICA =
  'one replica: while it restarts no target is deregistered for 16 to 19 s (measured; its next leader waits for a lease of 15 s), where the budget has 5 s, and new Pods get no readiness gate: roll out nothing meanwhile, or set terms.controllerSeconds: 20. A second replica keeps the gates coming, but does not shorten the lease'

export const singleReplicaNotices = ({ ref, desired }: LbcDeploymentObject): readonly Notice[] =>
  desired === 1 ? [information('controller-single-replica', ref, ONE_REPLICA)] : []
