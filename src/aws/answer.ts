import { isRecord, type JsonRecord } from '../core/model/json-value.ts'
import type { AwsAction, AwsAnswer, SeenLoadBalancer, SeenTargetGroup } from './question.ts'

/** The attributes that Slackwater reads (ELB API reference, TargetGroupAttribute and LoadBalancerAttribute). */
const ATTRIBUTES: ReadonlySet<string> = new Set([
  'deregistration_delay.timeout_seconds',
  'deregistration_delay.connection_termination.enabled',
  'slow_start.duration_seconds',
  'load_balancing.cross_zone.enabled',
  'idle_timeout.timeout_seconds',
])

/** Characters of a text in an answer. A choice: an address has at most 253, an ARN about 150. */
const LONGEST = 2048

/** The list that each answer has, empty or not. */
const LISTS: Readonly<Record<AwsAction, string>> = {
  DescribeTargetGroups: 'TargetGroups',
  DescribeTargetGroupAttributes: 'Attributes',
  DescribeLoadBalancers: 'LoadBalancers',
  DescribeLoadBalancerAttributes: 'Attributes',
}

/**
 * Reads what the SDK returned. What does not have the shape of the API is left out.
 * @returns undefined if it is no answer to this call: the SDK takes the page of a proxy for one that has nothing in it.
 */
export function answerOf(action: AwsAction, output: unknown): AwsAnswer | undefined {
  if (!isRecord(output) || !Array.isArray(output[LISTS[action]])) return undefined
  const marker = textOf(output['NextMarker'])
  return {
    targetGroups: recordsOf(output['TargetGroups']).flatMap(targetGroupOf),
    loadBalancers: recordsOf(output['LoadBalancers']).flatMap(loadBalancerOf),
    attributes: attributesOf(recordsOf(output['Attributes'])),
    ...(marker === '' ? {} : { marker }),
  }
}

const recordsOf = (value: unknown): readonly JsonRecord[] =>
  Array.isArray(value) ? value.filter(isRecord) : []

const textOf = (value: unknown): string => (typeof value === 'string' && value.length <= LONGEST ? value : '')

function targetGroupOf(group: JsonRecord): readonly SeenTargetGroup[] {
  const targetGroup = textOf(group['TargetGroupArn'])
  const arns: unknown = group['LoadBalancerArns']
  const loadBalancers = Array.isArray(arns) ? arns.map(textOf).filter((arn) => arn !== '') : []
  const seen = {
    loadBalancers,
    targetType: textOf(group['TargetType']),
    protocol: textOf(group['Protocol']),
  }
  return targetGroup === '' ? [] : [{ targetGroup, ...seen }]
}

function loadBalancerOf(one: JsonRecord): readonly SeenLoadBalancer[] {
  const loadBalancer = textOf(one['LoadBalancerArn'])
  const seen = { type: textOf(one['Type']), address: textOf(one['DNSName']).toLowerCase() }
  return loadBalancer === '' ? [] : [{ loadBalancer, ...seen }]
}

const attributesOf = (attributes: readonly JsonRecord[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    attributes
      .map(({ Key, Value }) => [textOf(Key), textOf(Value)] as const)
      .filter(([key, value]) => ATTRIBUTES.has(key) && value !== ''),
  )
