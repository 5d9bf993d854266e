import type { Exposure } from '../model/exposure.ts'
import { bestOf } from '../model/resolved.ts'
import { type Formula, max, min, sum, term } from './expression.ts'

/** The kinds of exposure that a budget distinguishes. */
const ROWS = [
  'alb-ip',
  'nlb-ip',
  'nlb-ip-terminating',
  'alb-instance',
  'nlb-instance-cluster',
  'nlb-instance-local',
  'instance-local-unaware',
] as const
export type Row = (typeof ROWS)[number]

const C = term('C')
const P = term('P')
const R = term('R')
const K = term('K')
const J = term('J')
const A = term('A')
const D = term('D')
const I = term('I')
const H = term('H')
const L = term('L')

/**
 * The sleep before SIGTERM, for each row.
 * - alb-ip: a node that is not yet updated keeps sending for P whatever D says; after C + D the ALB holds no
 *   connection to the pod, so waiting for R beyond D buys nothing.
 * - nlb-ip: an NLB goes on opening flows for about two minutes whatever D says.
 * - nlb-ip-terminating: the same, but the NLB itself ends what is open at C + D, as an ALB does (ELB user guide: NLB
 *   target group attributes, connection termination).
 * - alb-instance: nothing is deregistered; a pooled connection stays pinned to the pod until it has idled out.
 * - nlb-instance-cluster: only kube-proxy must notice.
 * - nlb-instance-local: the NLB must notice by health check, which asks kube-proxy, that the node has no pod left.
 * - instance-local-unaware: the health check asks the port of the traffic. kube-proxy hands it to the terminating pod
 *   where no other is on the node (Kubernetes: ProxyTerminatingEndpoints), so the node stays healthy through any sleep,
 *   and drops traffic only after it. What a sleep can wait for is kube-proxy and the requests that are open.
 */
export const SLEEP: Readonly<Record<Row, Formula>> = {
  'alb-ip': sum(C, max(P, min(D, sum(P, R))), J),
  'nlb-ip': sum(C, P, R, J),
  'nlb-ip-terminating': sum(C, max(P, min(D, sum(P, R))), J),
  'alb-instance': sum(K, I, J),
  'nlb-instance-cluster': sum(K, R, J),
  'nlb-instance-local': sum(H, L, J),
  'instance-local-unaware': sum(K, R, J),
}

/** The same where the application drains by itself on SIGTERM: R is waited for after it, not before. */
export const GRACEFUL_SLEEP: Readonly<Record<Row, Formula>> = {
  'alb-ip': sum(C, P, J),
  'nlb-ip': sum(C, P, J),
  'nlb-ip-terminating': sum(C, P, J),
  'alb-instance': sum(K, I, J),
  'nlb-instance-cluster': sum(K, J),
  'nlb-instance-local': sum(H, L, J),
  'instance-local-unaware': sum(K, J),
}

/** Whether the load balancer itself ends what is still open at C + D. */
export const endsAtDelay = (row: Row): boolean => row === 'alb-ip' || row === 'nlb-ip-terminating'

/** What the application is given after SIGTERM. */
export const SHUTDOWN: Formula = A
export const GRACEFUL_SHUTDOWN: Formula = max(A, R)

/**
 * The row of an exposure. A classic load balancer pools connections to node ports as an ALB with instance
 * targets does.
 */
export function rowOf(exposure: Exposure): Row {
  const loadBalancer = exposure.loadBalancer.value
  if (loadBalancer === 'classic') return 'alb-instance'
  if (exposure.targetType.value === 'ip') return loadBalancer === 'nlb' ? nlbIpRow(exposure) : 'alb-ip'
  if (exposure.externalTrafficPolicy === 'Local') return localRow(exposure)
  return loadBalancer === 'alb' ? 'alb-instance' : 'nlb-instance-cluster'
}

/** Contradicting values of one rank: the longer sleep. */
function nlbIpRow({ evidence: { connectionTermination } }: Exposure): Row {
  const used = bestOf(connectionTermination)
  return used.length > 0 && used.every(({ value }) => value) ? 'nlb-ip-terminating' : 'nlb-ip'
}

/** Where nothing shows the check, an NLB has the controller's: it asks kube-proxy. That of an ALB never does by default. */
function localRow({ loadBalancer, evidence: { healthChecks } }: Exposure): Row {
  const asksKubeProxy = healthChecks.every((check) => check.asksKubeProxy === true)
  if (loadBalancer.value === 'nlb') return asksKubeProxy ? 'nlb-instance-local' : 'instance-local-unaware'
  return asksKubeProxy && healthChecks.length > 0 ? 'alb-instance' : 'instance-local-unaware'
}
