import type { ObjectRef } from '../core/model/object-ref.ts'
import { refText } from '../core/model/object-ref.ts'
import type { Objection } from './refusals.ts'

/** The kinds whose Pods a ReplicaSet makes. */
export const HANDED_OVER: readonly string[] = ['Deployment', 'Rollout', 'ReplicaSet']

/** Kinds whose Pods cannot be replaced beside the old ones. Undefined: a ReplicaSet makes its Pods. */
export function objectionByKind(workload: ObjectRef): Objection | undefined {
  const { kind, namespace, name } = workload
  const restart = `kubectl rollout restart ${kind.toLowerCase()}/${name} -n ${namespace}`
  switch (kind) {
    case 'Deployment':
    case 'Rollout':
    case 'ReplicaSet':
      return undefined
    case 'StatefulSet':
      return {
        id: 'stateful-set',
        reason:
          'each Pod of a StatefulSet has its own name and volume, so no second one can run beside it while it leaves',
        alternative: `restart it at a quiet time, it replaces one Pod at a time: ${restart}`,
      }
    case 'DaemonSet':
      return {
        id: 'daemon-set',
        reason: 'a DaemonSet runs one Pod on each node, so no second one can run beside it while it leaves',
        alternative: `restart it at a quiet time: ${restart}`,
      }
    case 'Job':
    case 'CronJob':
      return {
        id: 'job',
        reason: `the Pods of a ${kind} end by themselves, and nothing replaces them`,
        alternative: 'put what serves requests into a Deployment',
      }
    case 'Pod':
      return {
        id: 'bare-pod',
        reason: 'nothing makes another Pod in its place',
        alternative: `name the workload that it belongs to, or delete it and create it again: ${refText(workload)}`,
      }
    default:
      return {
        id: 'other-kind',
        reason: `no ReplicaSet makes the Pods of a ${kind}`,
        alternative: `roll it out at a quiet time`,
      }
  }
}
