import { information, type Notice } from '../core/model/notice.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'

/** Versions of workloads that Kubernetes 1.16 removed (Kubernetes: deprecated API migration guide, v1.16). */
const REMOVED_WORKLOADS: readonly string[] = ['extensions/v1beta1', 'apps/v1beta1', 'apps/v1beta2']

/** That no current cluster accepts the workload in this version. */
export const removedWorkloadApi = (workload: ObjectRef, apiVersion: string): readonly Notice[] =>
  REMOVED_WORKLOADS.includes(apiVersion)
    ? [
        information(
          'removed-api-version',
          workload,
          `${apiVersion} is no longer served since Kubernetes 1.16: use apps/v1`,
        ),
      ]
    : []
