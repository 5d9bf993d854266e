import type { Account, Kept, PlayedLoadBalancer, PlayedTargetGroup } from './account.ts'
import type { Parameters } from './parameters.ts'
import { Refusal } from './refusal.ts'
import type { XmlValue } from './xml.ts'

/** What the API answers to each action (Elastic Load Balancing API, version 2015-12-01). */
export const ACTIONS: Readonly<Record<string, (account: Account, parameters: Parameters) => XmlValue>> = {
  DescribeLoadBalancers: describeLoadBalancers,
  DescribeLoadBalancerAttributes: (account, parameters) => ({
    Attributes: attributeList(loadBalancer(account, parameters.required('LoadBalancerArn')).attributes),
  }),
  DescribeTargetGroups: describeTargetGroups,
  DescribeTargetGroupAttributes: (account, parameters) => ({
    Attributes: attributeList(targetGroup(account, parameters.required('TargetGroupArn')).attributes),
  }),
  RegisterTargets: (account, parameters) => {
    const { arn, port } = targetGroup(account, parameters.required('TargetGroupArn'))
    for (const target of parameters.targets()) account.register(arn, { port, ...target })
    return {}
  },
  DeregisterTargets: (account, parameters) => {
    const { arn, port } = targetGroup(account, parameters.required('TargetGroupArn'))
    for (const target of parameters.targets()) account.deregister(arn, { port, ...target })
    return {}
  },
  DescribeTargetHealth: describeTargetHealth,
}

function describeLoadBalancers(account: Account, parameters: Parameters): XmlValue {
  const arns = parameters.list('LoadBalancerArns')
  const names = parameters.list('Names')
  // "You can specify up to 20 load balancers in a single call."
  if (arns.length > 20 || names.length > 20)
    throw new Refusal(
      'ValidationError',
      400,
      'The maximum number of load balancers that can be specified is 20',
    )
  for (const arn of arns) loadBalancer(account, arn)
  const all = [...account.loadBalancers.values()]
  for (const name of names)
    if (!all.some((one) => one.name === name))
      throw new Refusal('LoadBalancerNotFound', 400, `Load balancers '[${name}]' not found`)
  const asked = all.filter(
    ({ arn, name }) =>
      (arns.length === 0 || arns.includes(arn)) && (names.length === 0 || names.includes(name)),
  )
  const { page, next } = paged(asked, parameters)
  return { LoadBalancers: page.map((one) => loadBalancerXml(account, one)), NextMarker: next }
}

function describeTargetGroups(account: Account, parameters: Parameters): XmlValue {
  const arns = parameters.list('TargetGroupArns')
  const names = parameters.list('Names')
  const behind = parameters.text('LoadBalancerArn')
  if (behind !== undefined) loadBalancer(account, behind)
  for (const arn of arns) targetGroup(account, arn)
  const all = [...account.targetGroups.values()]
  for (const name of names)
    if (!all.some((one) => one.name === name))
      throw new Refusal('TargetGroupNotFound', 400, 'One or more target groups not found')
  const asked = all.filter(
    ({ arn, name, loadBalancers }) =>
      (arns.length === 0 || arns.includes(arn)) &&
      (names.length === 0 || names.includes(name)) &&
      (behind === undefined || loadBalancers.includes(behind)),
  )
  const { page, next } = paged(asked, parameters)
  return { TargetGroups: page.map((one) => targetGroupXml(account, one)), NextMarker: next }
}

function describeTargetHealth(account: Account, parameters: Parameters): XmlValue {
  const { arn, port } = targetGroup(account, parameters.required('TargetGroupArn'))
  const known = account.targetsOf(arn)
  const asked = parameters.targets().map((target) => ({ port, ...target }))
  const shown = asked.length === 0 ? known : asked.map((target) => find(known, target) ?? target)
  return {
    TargetHealthDescriptions: shown.map((target) => ({
      Target: { Id: target.id, Port: target.port, AvailabilityZone: `${account.region}a` },
      HealthCheckPort: target.port,
      TargetHealth: HEALTH['state' in target ? target.state : 'unused'],
    })),
  }
}

const find = <T extends { readonly id: string; readonly port: number }>(
  all: readonly T[],
  wanted: { readonly id: string; readonly port: number },
): T | undefined => all.find(({ id, port }) => id === wanted.id && port === wanted.port)

/** States with their reasons, as the API reference and the user guide have them. */
const HEALTH = {
  initial: {
    State: 'initial',
    Reason: 'Elb.RegistrationInProgress',
    Description: 'Target registration is in progress',
  },
  healthy: { State: 'healthy' },
  draining: {
    State: 'draining',
    Reason: 'Target.DeregistrationInProgress',
    Description: 'Target deregistration is in progress',
  },
  unused: {
    State: 'unused',
    Reason: 'Target.NotRegistered',
    Description: 'Target is not registered to the target group',
  },
} as const

/** "PageSize: minimum 1, maximum 400"; without one, 100 at a time. */
const LARGEST_PAGE = 400
const DEFAULT_PAGE = 100

function paged<T extends { readonly arn: string }>(
  all: readonly T[],
  parameters: Parameters,
): { readonly page: readonly T[]; readonly next?: string } {
  const size = parameters.number('PageSize') ?? DEFAULT_PAGE
  if (!Number.isInteger(size) || size < 1 || size > LARGEST_PAGE)
    throw new Refusal('ValidationError', 400, `Page size must be between 1 and ${LARGEST_PAGE}`)
  const from = startOf(all, parameters.text('Marker'))
  const following = all[from + size]
  const page = all.slice(from, from + size)
  return following === undefined ? { page } : { page, next: markerOf(following) }
}

/** AWS's markers are opaque; this one names the first of the next page, so that what comes and goes moves no page. */
const markerOf = ({ arn }: { readonly arn: string }): string => Buffer.from(arn).toString('base64')

function startOf(all: readonly { readonly arn: string }[], marker: string | undefined): number {
  if (marker === undefined || marker === '') return 0
  const index = all.findIndex((one) => markerOf(one) === marker)
  if (index < 0) throw new Refusal('ValidationError', 400, 'The marker is not valid')
  return index
}

function loadBalancer(account: Account, arn: string): Kept<PlayedLoadBalancer> {
  const found = account.loadBalancers.get(arn)
  if (found === undefined)
    throw new Refusal('LoadBalancerNotFound', 400, `Load balancers '[${arn}]' not found`)
  return found
}

function targetGroup(account: Account, arn: string): Kept<PlayedTargetGroup> {
  const found = account.targetGroups.get(arn)
  if (found === undefined) throw new Refusal('TargetGroupNotFound', 400, `Target groups '[${arn}]' not found`)
  return found
}

const attributeList = (attributes: Readonly<Record<string, string>>): XmlValue =>
  Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }))

function loadBalancerXml(
  account: Account,
  { arn, id, name, scheme, type }: Kept<PlayedLoadBalancer>,
): XmlValue {
  const prefix = scheme === 'internal' ? 'internal-' : ''
  // An ALB's name ends with ten digits, an NLB's with its id, before another domain.
  const dnsName =
    type === 'application'
      ? `${prefix}${name}-${Number.parseInt(id.slice(0, 7), 16)}.${account.region}.elb.amazonaws.com`
      : `${name}-${id}.elb.${account.region}.amazonaws.com`
  return {
    LoadBalancerArn: arn,
    DNSName: dnsName,
    CanonicalHostedZoneId: 'Z2P70J7EXAMPLE',
    CreatedTime: '2016-03-25T21:26:12.920Z',
    LoadBalancerName: name,
    Scheme: scheme,
    VpcId: account.vpc,
    State: { Code: 'active' },
    Type: type,
    AvailabilityZones: ['a', 'b', 'c'].map((zone) => ({
      ZoneName: `${account.region}${zone}`,
      SubnetId: `subnet-8360a9e${zone}`,
      LoadBalancerAddresses: [],
    })),
    SecurityGroups: type === 'application' ? ['sg-5943793c'] : [],
    IpAddressType: 'ipv4',
  }
}

function targetGroupXml(account: Account, group: Kept<PlayedTargetGroup>): XmlValue {
  const isHttp = group.protocol === 'HTTP' || group.protocol === 'HTTPS'
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: group.protocol,
    Port: group.port,
    VpcId: account.vpc,
    HealthCheckProtocol: isHttp ? 'HTTP' : 'TCP',
    HealthCheckPort: 'traffic-port',
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: isHttp ? 15 : 30,
    HealthCheckTimeoutSeconds: isHttp ? 5 : 10,
    HealthyThresholdCount: isHttp ? 2 : 5,
    UnhealthyThresholdCount: 2,
    HealthCheckPath: isHttp ? '/' : undefined,
    Matcher: isHttp ? { HttpCode: '200' } : undefined,
    LoadBalancerArns: group.loadBalancers,
    TargetType: group.targetType,
    ProtocolVersion: isHttp ? 'HTTP1' : undefined,
    IpAddressType: 'ipv4',
  }
}
