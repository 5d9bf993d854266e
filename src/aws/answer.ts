import { isRecord, type JsonRecord } from '../core/model/json-value.ts'
import type { AwsAnswer, SeenLoadBalancer, SeenTargetGroup } from './question.ts'

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

/** Reads what the SDK returned, of any of the calls. What does not have the shape of the API is left out. */
export function answerOf(output: unknown): AwsAnswer {
  const answer = isRecord(output) ? output : {}
  const marker = textOf(answer['NextMarker'])
  return {
    targetGroups: recordsOf(answer['TargetGroups']).flatMap(targetGroupOf),
    loadBalancers: recordsOf(answer['LoadBalancers']).flatMap(loadBalancerOf),
    attributes: attributesOf(recordsOf(answer['Attributes'])),
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
