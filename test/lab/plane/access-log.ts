import type { Names } from './play.ts'
import type { PlayedRequest } from './played.ts'

/**
 * One line of an access log of an ALB, with the fields of AWS's documentation in their order ("Access log entries"), as a
 * listener for HTTPS writes it.
 */
export function accessLogLine(request: PlayedRequest, { loadBalancer, targetGroup }: Names): string {
  const { at, answered, target = '-', status, targetStatus, times, trace } = request
  const mark = Number.parseInt(trace.slice(-6), 16)
  const statusOfTarget = targetStatus === undefined ? '-' : String(targetStatus)
  const type = TYPES[mark % TYPES.length]
  const version = type === 'h2' ? '2.0' : '1.1'
  return [
    type,
    instant(answered),
    loadBalancer,
    `203.0.113.${mark % 250}:${1024 + (mark % 60_000)}`,
    target,
    ...times.map((seconds) => (seconds < 0 ? '-1' : seconds.toFixed(3))),
    status,
    statusOfTarget,
    200 + (mark % 300),
    status === 200 ? 300 + (mark % 5000) : 272,
    `"GET https://shop.example.com:443/items/${mark % 1000}?page=${mark % 7} HTTP/${version}"`,
    `"${USER_AGENTS[mark % USER_AGENTS.length]}"`,
    'ECDHE-RSA-AES128-GCM-SHA256',
    'TLSv1.2',
    targetGroup,
    `"${trace}"`,
    '"shop.example.com"',
    `"${CERTIFICATE}"`,
    1,
    instant(at),
    '"forward"',
    '"-"',
    '"-"',
    `"${target}"`,
    `"${statusOfTarget}"`,
    '"-"',
    '"-"',
    `TID_${trace.slice(-24)}${trace.slice(7, 15)}`,
    '"-"',
    '"-"',
    '"-"',
  ].join(' ')
}

const TYPES = ['https', 'https', 'h2'] as const

/** Also what breaks readers: spaces, quotes, brackets, no ASCII, none at all. */
const USER_AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1',
  'curl/8.10.1',
  'shop-app/3.2 (\\"beta\\" 502 -1 -1)',
  'kube-probe \\"quoted\\"',
  'Bücher/1.0 [10.0.32.5:8080]',
  '-',
  '',
] as const

const CERTIFICATE = 'arn:aws:acm:us-west-2:123456789012:certificate/12345678-1234-1234-1234-123456789012'

/** ISO 8601 with microseconds. */
export function instant(milliseconds: number): string {
  const micros = Math.round(milliseconds * 1000)
  const whole = new Date(Math.floor(micros / 1000)).toISOString().slice(0, -1)
  return `${whole}${String(micros % 1000).padStart(3, '0')}Z`
}

/** Of a log file's name: where a node's file of five minutes is. */
export interface FileOf {
  readonly account: string
  readonly region: string
  readonly loadBalancer: string
  readonly node: number
  /** When its five minutes end. Milliseconds since 1970. */
  readonly end: number
  /** The random end of its name. */
  readonly suffix: string
}

/**
 * The key in S3, as AWS's documentation has it:
 * `AWSLogs/ACCOUNT/elasticloadbalancing/REGION/YYYY/MM/DD/ACCOUNT_elasticloadbalancing_REGION_app.NAME.ID_END_IP_RANDOM.log.gz`.
 */
export function logFileKey({ account, region, loadBalancer, node, end, suffix }: FileOf): string {
  const time = new Date(end).toISOString()
  const day = time.slice(0, 10).replaceAll('-', '/')
  const ending = `${time.slice(0, 10).replaceAll('-', '')}T${time.slice(11, 16).replace(':', '')}Z`
  const name = [
    account,
    'elasticloadbalancing',
    region,
    loadBalancer.replaceAll('/', '.'),
    ending,
    nodeAddress(node),
    suffix,
  ].join('_')
  return `AWSLogs/${account}/elasticloadbalancing/${region}/${day}/${name}.log.gz`
}

/** The public address of a node. */
const nodeAddress = (node: number): string => `198.51.100.${10 + node}`
