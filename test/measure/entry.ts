/** Lines of an access log, made from what they say. */

export const LOAD_BALANCER = 'app/my-loadbalancer/50dc6c495c0c9188'
export const TARGET_GROUP =
  'arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067'

/** Fields as they are written. */
export interface Entry {
  readonly type: string
  readonly time: string
  readonly elb: string
  readonly client: string
  readonly target: string
  readonly times: readonly [request: string, target: string, response: string]
  readonly status: string
  readonly targetStatus: string
  readonly request: string
  readonly userAgent: string
  readonly targetGroup: string
  readonly trace: string
  readonly created: string
}

export const HEALTHY: Entry = {
  type: 'https',
  time: '2026-10-05T10:04:02.186641Z',
  elb: LOAD_BALANCER,
  client: '192.168.131.39:2817',
  target: '10.0.0.1:80',
  times: ['0.086', '0.048', '0.037'],
  status: '200',
  targetStatus: '200',
  request: 'GET https://www.example.com:443/ HTTP/1.1',
  userAgent: 'curl/7.46.0',
  targetGroup: TARGET_GROUP,
  trace: 'Root=1-58337281-1d84f3d73c47ec4e58577259',
  created: '2026-10-05T10:04:02.015000Z',
}

/** How many fields lines had over the years, the last with one that nobody knows yet. */
export const LENGTHS = [18, 20, 21, 22, 25, 27, 29, 30, 33, 34, 35] as const

/** @param length fields. */
export function lineOf(entry: Entry, length: number = 34): string {
  const { type, time, elb, client, target, times, status, targetStatus, created } = entry
  const fields = [
    ...[type, time, elb, client, target, ...times, status, targetStatus, '34', '366'],
    ...[`"${entry.request}"`, `"${entry.userAgent}"`, 'ECDHE-RSA-AES128-GCM-SHA256', 'TLSv1.2'],
    ...[entry.targetGroup, `"${entry.trace}"`],
    ...['"www.example.com"', '"session-reused"', '1', created, '"forward"', '"-"', '"-"'],
    ...[`"${target}"`, `"${targetStatus}"`, '"-"', '"-"', 'TID_37acbe0641d1c34287fee137ef3a5286'],
    ...['"-"', '"-"', '"-"', '10.0.7.7', '"something new"'],
  ]
  return fields.slice(0, length).join(' ')
}
