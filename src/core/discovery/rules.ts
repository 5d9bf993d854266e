import { targetGroupBindingSource } from './binding/target-group-binding.ts'
import type { Source } from './claims/rule.ts'
import { gatewaySource, listenerSetSource } from './gateway/gateway.ts'
import { routeSources } from './gateway/route.ts'
import { ingressSource } from './ingress/ingress.ts'
import { rolloutSource } from './ingress/rollout.ts'
import { serviceSource } from './service/service.ts'

/** Every way in which a Service comes to stand behind a load balancer. A new source is a file and a line here. */
export const SOURCES: readonly Source[] = [
  ingressSource,
  serviceSource,
  targetGroupBindingSource,
  ...routeSources,
  gatewaySource,
  listenerSetSource,
  rolloutSource,
]
