import type { ObjectRef } from './object-ref.ts'

/** `slackwater handover deployment/web -n shop`: hands over the Pods of a workload, or goes on with what was begun. */
export const handoverCommand = ({ kind, namespace, name }: ObjectRef): string =>
  `slackwater handover ${kind.toLowerCase()}/${name} -n ${namespace}`
