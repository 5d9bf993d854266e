import { createHash } from 'node:crypto'

/** A load balancer of the played account, as its owner describes it. */
export interface PlayedLoadBalancer {
  readonly name: string
  readonly type?: 'application' | 'network' | 'gateway'
  readonly scheme?: 'internet-facing' | 'internal'
  /** Over AWS's defaults. */
  readonly attributes?: Readonly<Record<string, string>>
}

/** A target group of the played account, as its owner describes it. */
export interface PlayedTargetGroup {
  readonly name: string
  readonly protocol?: 'HTTP' | 'HTTPS' | 'TCP' | 'TLS' | 'UDP' | 'TCP_UDP' | 'GENEVE'
  readonly port?: number
  readonly targetType?: 'ip' | 'instance' | 'alb' | 'lambda'
  /** ARNs; none: nothing sends to it. */
  readonly loadBalancers?: readonly string[]
  /** Over AWS's defaults. */
  readonly attributes?: Readonly<Record<string, string>>
}

/** What is kept of either: with its ARN and every attribute. */
export type Kept<T extends { readonly name: string }> = Required<T> & {
  readonly arn: string
  /** Its last part: 16 hexadecimal digits, as AWS makes them. */
  readonly id: string
}

export interface Target {
  readonly id: string
  readonly port: number
}

/** What happened to a target. Milliseconds since 1970: when the call was answered. */
export interface TargetChange {
  readonly kind: 'registered' | 'deregistered'
  readonly targetGroup: string
  readonly target: Target
  readonly at: number
}

interface TargetState extends Target {
  readonly registered: number
  readonly deregistered?: number
}

export interface AccountOptions {
  readonly region?: string
  /** Twelve digits. */
  readonly account?: string
  readonly vpc?: string
  /** From a registration until the target is healthy, in milliseconds. */
  readonly healthyAfter?: number
  readonly now?: () => number
}

/** The account of AWS's own examples. */
const EXAMPLE_ACCOUNT = '123456789012'

/** Load balancers, target groups and targets of one account in one region. */
export class Account {
  readonly region: string
  readonly account: string
  readonly vpc: string
  readonly loadBalancers = new Map<string, Kept<PlayedLoadBalancer>>()
  readonly targetGroups = new Map<string, Kept<PlayedTargetGroup>>()
  readonly #targets = new Map<string, Map<string, TargetState>>()
  readonly #listeners: ((change: TargetChange) => void)[] = []
  readonly #healthyAfter: number
  readonly #now: () => number

  constructor(options: AccountOptions = {}) {
    const { region = 'us-west-2', account = EXAMPLE_ACCOUNT, vpc = 'vpc-3ac0fb5f' } = options
    const { healthyAfter = 0, now = Date.now } = options
    this.region = region
    this.account = account
    this.vpc = vpc
    this.#healthyAfter = healthyAfter
    this.#now = now
  }

  /** @returns its ARN. */
  addLoadBalancer(played: PlayedLoadBalancer): string {
    const { name, type = 'application', scheme = 'internet-facing', attributes = {} } = played
    const id = idOf('loadbalancer', name)
    const arn = this.#arn(`loadbalancer/${SHORT_TYPE[type]}/${name}/${id}`)
    const all = { ...LOAD_BALANCER_ATTRIBUTES[type], ...attributes }
    this.loadBalancers.set(arn, { name, type, scheme, attributes: all, arn, id })
    return arn
  }

  /** @returns its ARN. */
  addTargetGroup(played: PlayedTargetGroup): string {
    const {
      name,
      protocol = 'HTTP',
      port = 80,
      targetType = 'ip',
      loadBalancers = [],
      attributes = {},
    } = played
    const id = idOf('targetgroup', name)
    const arn = this.#arn(`targetgroup/${name}/${id}`)
    const isHttp = protocol === 'HTTP' || protocol === 'HTTPS'
    const defaults = isHttp ? HTTP_ATTRIBUTES : FLOW_ATTRIBUTES
    const all = { ...TARGET_GROUP_ATTRIBUTES, ...defaults, ...attributes }
    const kept = { name, protocol, port, targetType, loadBalancers, attributes: all, arn, id }
    this.targetGroups.set(arn, kept)
    return arn
  }

  /** Sets attributes of one that is there, as ModifyLoadBalancerAttributes and ModifyTargetGroupAttributes do. */
  modify(arn: string, attributes: Readonly<Record<string, string>>): void {
    for (const all of [this.loadBalancers, this.targetGroups] as Map<string, Kept<PlayedTargetGroup>>[]) {
      const kept = all.get(arn)
      if (kept !== undefined) all.set(arn, { ...kept, attributes: { ...kept.attributes, ...attributes } })
    }
  }

  /** Told at each change of a target. */
  onChange(listener: (change: TargetChange) => void): void {
    this.#listeners.push(listener)
  }

  /** A target that is registered stays so; one that drains is back. */
  register(targetGroup: string, target: Target): void {
    const states = this.#statesOf(targetGroup)
    const was = states.get(keyOf(target))
    if (was !== undefined && was.deregistered === undefined) return
    const at = this.#now()
    states.set(keyOf(target), { ...target, registered: at })
    this.#tell({ kind: 'registered', targetGroup, target, at })
  }

  /** A target that is not registered is no error, as in AWS. */
  deregister(targetGroup: string, target: Target): void {
    const states = this.#statesOf(targetGroup)
    const was = states.get(keyOf(target))
    if (was === undefined || was.deregistered !== undefined) return
    const at = this.#now()
    states.set(keyOf(target), { ...was, deregistered: at })
    this.#tell({ kind: 'deregistered', targetGroup, target, at })
  }

  /** Every target that is registered, or that drains until the deregistration delay has passed. */
  targetsOf(
    targetGroup: string,
  ): readonly (Target & { readonly state: 'initial' | 'healthy' | 'draining' })[] {
    const delay = Number(this.targetGroups.get(targetGroup)?.attributes[DEREGISTRATION_DELAY] ?? 0) * 1000
    const now = this.#now()
    return [...this.#statesOf(targetGroup).values()]
      .filter(({ deregistered }) => deregistered === undefined || now < deregistered + delay)
      .map(({ id, port, registered, deregistered }) => {
        if (deregistered !== undefined) return { id, port, state: 'draining' }
        return { id, port, state: now < registered + this.#healthyAfter ? 'initial' : 'healthy' }
      })
  }

  #statesOf(targetGroup: string): Map<string, TargetState> {
    const states = this.#targets.get(targetGroup) ?? new Map<string, TargetState>()
    this.#targets.set(targetGroup, states)
    return states
  }

  #tell(change: TargetChange): void {
    for (const listener of this.#listeners) listener(change)
  }

  #arn(resource: string): string {
    return `arn:aws:elasticloadbalancing:${this.region}:${this.account}:${resource}`
  }
}

const keyOf = ({ id, port }: Target): string => `${id} ${port}`

const idOf = (kind: string, name: string): string =>
  createHash('sha256').update(`${kind}/${name}`).digest('hex').slice(0, 16)

const SHORT_TYPE = { application: 'app', network: 'net', gateway: 'gwy' } as const
const DEREGISTRATION_DELAY = 'deregistration_delay.timeout_seconds'

/** AWS's defaults: API reference, LoadBalancerAttribute. */
const LOAD_BALANCER_ATTRIBUTES = {
  application: {
    'access_logs.s3.enabled': 'false',
    'access_logs.s3.bucket': '',
    'access_logs.s3.prefix': '',
    'idle_timeout.timeout_seconds': '60',
    'deletion_protection.enabled': 'false',
    'routing.http2.enabled': 'true',
    'routing.http.drop_invalid_header_fields.enabled': 'false',
    'routing.http.desync_mitigation_mode': 'defensive',
    'load_balancing.cross_zone.enabled': 'true',
    'client_keep_alive.seconds': '3600',
    'waf.fail_open.enabled': 'false',
    'zonal_shift.config.enabled': 'false',
  },
  network: {
    'access_logs.s3.enabled': 'false',
    'access_logs.s3.bucket': '',
    'access_logs.s3.prefix': '',
    'deletion_protection.enabled': 'false',
    'load_balancing.cross_zone.enabled': 'false',
    'dns_record.client_routing_policy': 'any_availability_zone',
    'zonal_shift.config.enabled': 'false',
  },
  gateway: { 'deletion_protection.enabled': 'false', 'load_balancing.cross_zone.enabled': 'false' },
} as const

/** AWS's defaults: API reference, TargetGroupAttribute. */
const TARGET_GROUP_ATTRIBUTES = {
  [DEREGISTRATION_DELAY]: '300',
  'stickiness.enabled': 'false',
  'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
}
const HTTP_ATTRIBUTES = {
  'stickiness.type': 'lb_cookie',
  'load_balancing.algorithm.type': 'round_robin',
  'slow_start.duration_seconds': '0',
}
const FLOW_ATTRIBUTES = {
  'stickiness.type': 'source_ip',
  'deregistration_delay.connection_termination.enabled': 'false',
  'preserve_client_ip.enabled': 'false',
  'proxy_protocol_v2.enabled': 'false',
  'target_health_state.unhealthy.connection_termination.enabled': 'true',
}
