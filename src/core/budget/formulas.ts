import type { Exposure } from '../model/exposure.ts'
import { type Formula, max, min, sum, term } from './expression.ts'

/** The kinds of exposure that a budget distinguishes. */
const ROWS = ['alb-ip', 'nlb-ip', 'alb-instance', 'nlb-instance-cluster', 'nlb-instance-local'] as const
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
 * - alb-instance: nothing is deregistered; a pooled connection stays pinned to the pod until it has idled out.
 * - nlb-instance-cluster: only kube-proxy must notice.
 * - nlb-instance-local: the NLB must notice by health check that the node has no pod left.
 */
export const SLEEP: Readonly<Record<Row, Formula>> = {
  'alb-ip': sum(C, max(P, min(D, sum(P, R))), J),
  'nlb-ip': sum(C, P, R, J),
  'alb-instance': sum(K, I, J),
  'nlb-instance-cluster': sum(K, R, J),
  'nlb-instance-local': sum(H, L, J),
}

/** The same where the application drains by itself on SIGTERM: R is waited for after it, not before. */
export const GRACEFUL_SLEEP: Readonly<Record<Row, Formula>> = {
  'alb-ip': sum(C, P, J),
  'nlb-ip': sum(C, P, J),
  'alb-instance': sum(K, I, J),
  'nlb-instance-cluster': sum(K, J),
  'nlb-instance-local': sum(H, L, J),
}

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
  if (exposure.targetType.value === 'ip') return `${loadBalancer}-ip`
  if (loadBalancer === 'alb') return 'alb-instance'
  return exposure.externalTrafficPolicy === 'Local' ? 'nlb-instance-local' : 'nlb-instance-cluster'
}
