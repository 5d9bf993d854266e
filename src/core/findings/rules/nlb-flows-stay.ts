import { SHUTDOWN_ANNOTATION } from '../../model/keys.ts'
import { onTemplate } from '../paste.ts'
import type { Rule } from '../rule.ts'

/**
 * An NLB forwards flows, not requests: what a client keeps open (HTTP keep-alive, gRPC, WebSocket) stays with its pod
 * until one side closes it. Deregistration ends no flow (ELB user guide: NLB target groups), unless connection
 * termination is on. Whoever says `shutdown: graceful` has an application that closes them; a UDP flow has nothing to
 * close.
 */
export const nlbFlowsStay: Rule = {
  id: 'nlb-flows-stay',
  check: (situation) => {
    const { budget } = situation
    if (budget.graceful) return []
    const flows = budget.perExposure.find(
      ({ row, exposure }) => row === 'nlb-ip' && exposure.port?.isUdp !== true,
    )
    if (flows === undefined) return []
    const { name } = flows.exposure.service
    return [
      {
        brief: `connections over the NLB of ${name} stay until SIGTERM`,
        paste: `# if the application closes its connections on SIGTERM\n${onTemplate(situation, { [SHUTDOWN_ANNOTATION]: 'graceful' })}`,
        message: `keep-alive and gRPC connections over the NLB of ${name} stay on the pod until SIGTERM; if the application closes them then, set ${SHUTDOWN_ANNOTATION}: graceful`,
      },
    ]
  },
}
