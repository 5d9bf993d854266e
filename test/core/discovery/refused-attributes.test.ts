import { describe, expect, test } from 'vitest'
import {
  type AttributeList,
  refusedAttributes,
} from '../../../src/core/discovery/annotations/refused-attributes.ts'
import { distance } from '../../../src/core/model/spelling.ts'

const ALB_GROUP = { of: 'target group', balancer: 'alb' } as const
const NLB_GROUP = { of: 'target group', balancer: 'nlb' } as const
const ALB = { of: 'load balancer', balancer: 'alb' } as const
const NLB = { of: 'load balancer', balancer: 'nlb' } as const

type Kind = Pick<AttributeList, 'of' | 'balancer'>
type Pairs = Readonly<Record<string, string>>

const told = (kind: Kind, pairs: Pairs) =>
  refusedAttributes(Object.entries(pairs), {
    ...kind,
    key: 'list',
    object: { kind: 'Ingress', namespace: 'shop', name: 'web' },
  }).map(({ severity, text }) => [severity, text.replace(/^list: |; ELB refuses.*$/g, '')])

describe('what ELB refuses', () => {
  test.for<[Kind, Pairs, string]>([
    [
      ALB_GROUP,
      { 'deregistration_delay.timeout_secs': '30' },
      '"deregistration_delay.timeout_secs" is no attribute of a target group (did you mean deregistration_delay.timeout_seconds?)',
    ],
    [
      ALB_GROUP,
      { 'Stickiness.Enabled': 'true' },
      '"Stickiness.Enabled" is no attribute of a target group (did you mean stickiness.enabled?)',
    ],
    [
      ALB_GROUP,
      { 'idle_timeout.timeout_seconds': '90' },
      'idle_timeout.timeout_seconds is an attribute of the load balancer, not of the target group',
    ],
    [
      ALB,
      { 'deregistration_delay.timeout_seconds': '90' },
      'deregistration_delay.timeout_seconds is an attribute of the target group, not of the load balancer',
    ],
    [NLB, { 'tcp.idle_timeout.seconds': '400' }, 'tcp.idle_timeout.seconds is an attribute of a listener'],
    [NLB, { 'idle_timeout.timeout_seconds': '400' }, 'only an ALB has idle_timeout.timeout_seconds'],
    [ALB_GROUP, { 'preserve_client_ip.enabled': 'true' }, 'only an NLB has preserve_client_ip.enabled'],
    [NLB_GROUP, { 'slow_start.duration_seconds': '60' }, 'only an ALB has slow_start.duration_seconds'],
    [
      ALB_GROUP,
      { 'slow_start.duration_seconds': '29' },
      'slow_start.duration_seconds "29" is not a whole number from 30 to 900, nor 0',
    ],
    [ALB_GROUP, { 'stickiness.enabled': 'yes' }, 'stickiness.enabled "yes" is not true or false'],
    [
      ALB_GROUP,
      { 'load_balancing.algorithm.type': 'least_connections' },
      'load_balancing.algorithm.type "least_connections" is not one of round_robin, least_outstanding_requests, weighted_random',
    ],
    [
      ALB_GROUP,
      { 'slow_start.duration_seconds': '30', 'load_balancing.algorithm.type': 'weighted_random' },
      'slow_start.duration_seconds and load_balancing.algorithm.type weighted_random exclude each other: remove one',
    ],
    [
      ALB_GROUP,
      { 'load_balancing.algorithm.anomaly_mitigation': 'on' },
      'load_balancing.algorithm.anomaly_mitigation on needs load_balancing.algorithm.type weighted_random',
    ],
    [ALB_GROUP, { 'stickiness.type': 'source_ip' }, 'stickiness.type source_ip is for an NLB'],
    [NLB_GROUP, { 'stickiness.type': 'lb_cookie' }, 'stickiness.type lb_cookie is for an ALB'],
    [
      ALB,
      { 'load_balancing.cross_zone.enabled': 'false' },
      'load_balancing.cross_zone.enabled cannot be false for an ALB: only for a target group',
    ],
  ])('%o %o', ([kind, pairs, text]) => {
    expect(told(kind, pairs)).toEqual([['warning', text]])
  })

  test('at most five of a list', () => {
    const pairs = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`unknown_${index}_key`, '1']),
    )
    expect(told(ALB_GROUP, pairs)).toHaveLength(5)
  })
})

describe('what ELB takes, or may take', () => {
  test.for<[Kind, Pairs]>([
    [ALB_GROUP, { 'slow_start.duration_seconds': '0', 'load_balancing.algorithm.type': 'weighted_random' }],
    [ALB_GROUP, { 'slow_start.duration_seconds': '900', 'load_balancing.algorithm.type': 'round_robin' }],
    [ALB_GROUP, { 'stickiness.type': 'app_cookie', 'stickiness.app_cookie.cookie_name': 'session' }],
    [NLB_GROUP, { 'target_health_state.unhealthy.draining_interval_seconds': '360000' }],
    [NLB_GROUP, { 'target_group_health.dns_failover.minimum_healthy_targets.count': 'off' }],
    [NLB, { 'load_balancing.cross_zone.enabled': 'false' }],
    [NLB, { 'dns_record.client_routing_policy': 'availability_zone_affinity' }],
    [ALB, { 'access_logs.s3.prefix': 'a=b,c', 'routing.http2.enabled': 'TRUE' }],
    // Their values are told with what is assumed instead.
    [ALB_GROUP, { 'deregistration_delay.timeout_seconds': '30s' }],
    [ALB, { 'idle_timeout.timeout_seconds': '0' }],
    // Nothing is set.
    [NLB_GROUP, { 'proxy_protocol_v2.enabled': '' }],
  ])('%o %o', ([kind, pairs]) => {
    expect(told(kind, pairs)).toEqual([])
  })

  test.for(['routing.http3.enabled', 'newer.than_our.table'])('%s is no more than a hint', (name) => {
    expect(told(ALB, { [name]: 'true' })).toEqual([
      ['information', expect.stringContaining('no attribute of a load balancer that Slackwater knows')],
    ])
  })
})

test.for([
  ['seconds', 'second', 1],
  ['seconds', 'secodns', 2],
  ['abc', '', 3],
  ['abcdef', 'ghijkl', 4],
  ['same', 'same', 0],
] as const)('from %s to %s: %d, of which three are counted', ([one, other, errors]) => {
  expect(distance(one, other, 3)).toBe(errors)
})
