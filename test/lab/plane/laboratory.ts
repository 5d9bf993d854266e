import { Account } from '../aws/account.ts'
import { AccessLog } from './log-files.ts'
import { type Names, play } from './play.ts'
import type { PlayOptions, Truth } from './played.ts'

/** What was played, and what it left behind. */
export interface Played {
  readonly truth: Truth
  readonly log: AccessLog
  /** With the load balancer and the target group, for the stand-in. */
  readonly account: Account
}

export function playLaboratory(options: PlayOptions): Played {
  const account = new Account()
  const arn = account.addLoadBalancer({ name: 'shop' })
  const targetGroup = account.addTargetGroup({ name: 'k8s-shop-web-9301649135', loadBalancers: [arn] })
  const names: Names = { loadBalancer: arn.slice(arn.indexOf('app/')), targetGroup }
  const log = new AccessLog(names)
  const truth = play(options, names, (request) => log.take(request))
  return { truth, log, account }
}
