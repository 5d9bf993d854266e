import Type, { type Static } from 'typebox'

/** The two documents of the ConfigMap `slackwater-observed`, as JSON (docs/schemas). */

/** The version of both formats. A field that is removed or changes its meaning raises it. */
export const OBSERVED_VERSION = 1

/** A day: no request is waited for that long, and a larger number is milliseconds. A choice. */
const LONGEST_TIME = 86_400

/** Characters of an ARN or a name. AWS's ARNs have at most about 200; a choice. */
const LONGEST_NAME = 512

const TARGET_GROUP = '^arn:[^:/]+:elasticloadbalancing:[^:/]*:[^:/]*:targetgroup/[^/]+/[^/]+$'
const LOAD_BALANCER = '^arn:[^:/]+:elasticloadbalancing:[^:/]*:[^:/]*:loadbalancer/(app|net|gwy)/[^/]+/[^/]+$'

const version = Type.Literal(OBSERVED_VERSION, {
  description: `The version of the format, ${OBSERVED_VERSION}`,
})
/** RFC 3339 without leap seconds, which Date does not know. */
const moment = (description: string) =>
  Type.String({
    format: 'date-time',
    pattern:
      '^\\d{4}-\\d\\d-\\d\\dT([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$',
    description: `${description}, a time as in RFC 3339: 2026-11-29T10:04:00Z`,
  })
const time = (description: string) =>
  Type.Number({ minimum: 0, maximum: LONGEST_TIME, description: `${description}, seconds from 0 to a day` })
const text = (description: string) => Type.String({ minLength: 1, maxLength: LONGEST_NAME, description })
const named = (pattern: string, description: string) =>
  Type.String({ pattern, maxLength: LONGEST_NAME, description })
const targetGroupArn = (description: string) =>
  named(TARGET_GROUP, `${description}: an ARN that ends with targetgroup/NAME/ID`)
const loadBalancerArn = (description: string) =>
  named(LOAD_BALANCER, `${description}: an ARN that ends with loadbalancer/app/NAME/ID`)
const attributes = Type.Record(Type.String({ maxLength: LONGEST_NAME }), Type.String(), {
  description: 'Attributes, texts by AWS’s keys',
})

const sample = (description: string) =>
  Type.Optional(
    Type.Object(
      {
        n: Type.Integer({
          minimum: 1,
          maximum: Number.MAX_SAFE_INTEGER,
          description: 'The number of departures, a whole number of at least 1',
        }),
        median: time('The median'),
        p95: time('The time that 95 of 100 did not exceed'),
        max: time('The longest time'),
      },
      { description },
    ),
  )

export const MeasuredSchema = Type.Object(
  {
    loadBalancer: named('^(app|net)/[^/]+/[^/]+$', 'The load balancer as access logs name it: app/NAME/ID'),
    targetGroup: Type.Optional(
      targetGroupArn('The target group (absent: all of the load balancer together)'),
    ),
    from: moment('The first departure'),
    to: moment('The last departure, not before the first'),
    lastRequest: sample('From the deletion of a Pod until the last request reached its target: C + P'),
    propagation: sample('From the end of the DeregisterTargets call until the last request: P'),
    controller: sample('From the deletion of a Pod until the DeregisterTargets call had returned: C'),
  },
  { description: 'What was measured of a target group or a load balancer' },
)
export type MeasuredJson = Static<typeof MeasuredSchema>

export const MeasurementsSchema = Type.Object({
  version,
  measured: moment('When it was measured'),
  by: text('The program that measured, with its version: slackwater measure 1.2.3'),
  entries: Type.Array(MeasuredSchema, { description: 'A list with an entry for each target group' }),
})

export const WitnessedTargetGroupSchema = Type.Object(
  {
    targetGroup: targetGroupArn('The target group'),
    loadBalancers: Type.Array(loadBalancerArn('A load balancer that sends to it'), {
      maxItems: 1000,
      description: 'A list of the load balancers that send to it',
    }),
    targetType: text('The target type: instance, ip, lambda, alb'),
    protocol: Type.String({
      maxLength: LONGEST_NAME,
      description: 'The protocol: HTTP, HTTPS, TCP, TLS, UDP, TCP_UDP, GENEVE; empty: none',
    }),
    attributes,
  },
  { description: 'What AWS says of a target group' },
)

export const WitnessedLoadBalancerSchema = Type.Object(
  {
    loadBalancer: loadBalancerArn('The load balancer'),
    type: text('The type: application, network, gateway'),
    address: Type.String({ maxLength: LONGEST_NAME, description: 'The DNS name, in lower case' }),
    attributes,
  },
  { description: 'What AWS says of a load balancer' },
)

export const WitnessSchema = Type.Object({
  version,
  asked: moment('When AWS was asked'),
  targetGroups: Type.Array(WitnessedTargetGroupSchema, { description: 'A list of target groups' }),
  loadBalancers: Type.Array(WitnessedLoadBalancerSchema, { description: 'A list of load balancers' }),
})
