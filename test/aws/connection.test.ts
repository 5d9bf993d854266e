import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { placeOf } from '../../src/aws/arn.ts'
import { type Aws, createAws } from '../../src/aws/connection.ts'
import { problemOf } from '../../src/aws/problem.ts'
import type { Question } from '../../src/aws/question.ts'
import type { Clock } from '../../src/pacing/clock.ts'
import { Account } from '../lab/aws/account.ts'
import { type StandIn, startStandIn } from '../lab/aws/stand-in.ts'

/** The real SDK against a played AWS, over HTTP. Waits take no time; what was waited for is written down. */

const NEVER = new AbortController().signal
const account = new Account({ region: 'eu-central-1' })
const alb = account.addLoadBalancer({ name: 'shop', attributes: { 'idle_timeout.timeout_seconds': '120' } })
const group = account.addTargetGroup({ name: 'web', loadBalancers: [alb] })
const place = placeOf(group) ?? { region: '', account: '' }

let standIn: StandIn
let waits: number[]
let calls: string[]
let aws: Aws
/** Whether the limit of a call is over at once. */
let isImpatient: boolean
const servers: Server[] = []

/** The limit of a call. */
const LIMIT = 10_000

function waitless(): Clock {
  let now = 0
  return {
    now: () => now,
    date: () => new Date(now),
    sleep: async (ms, signal) => {
      if (ms > LIMIT || (ms === LIMIT && !isImpatient))
        return await new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
      // Long enough for a call to be on its way.
      if (ms === LIMIT) return await new Promise((resolve) => setTimeout(resolve, 200))
      waits.push(ms)
      now += ms
    },
  }
}

async function listening(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const KEYS = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
} as const

beforeEach(async () => {
  standIn = await startStandIn(account)
  vi.stubEnv('AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2', standIn.url)
  for (const [name, value] of Object.entries(KEYS)) vi.stubEnv(name, value)
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
  vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent')
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent')
  // The SDK's own attempts: ours count.
  vi.stubEnv('AWS_MAX_ATTEMPTS', '7')
  waits = []
  calls = []
  isImpatient = false
  aws = createAws({
    clock: waitless(),
    random: () => 0,
    onCall: (action, outcome) => calls.push(`${action} ${outcome}`),
  })
})
afterEach(async () => {
  vi.unstubAllEnvs()
  aws.close()
  await standIn.stop()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

const ask = (question: Partial<Question> = {}) =>
  aws.ask({ action: 'DescribeTargetGroups', arns: [group], ...question }, place, NEVER)

const IN = 'account 123456789012 in eu-central-1'

describe('what AWS answers', () => {
  test('a target group, its load balancer, and of the attributes those that are read', async () => {
    expect(await ask()).toEqual({
      answer: {
        targetGroups: [{ targetGroup: group, loadBalancers: [alb], targetType: 'ip', protocol: 'HTTP' }],
        loadBalancers: [],
        attributes: {},
      },
    })
    const ofGroup = await ask({ action: 'DescribeTargetGroupAttributes' })
    expect(ofGroup).toMatchObject({
      answer: { attributes: { 'deregistration_delay.timeout_seconds': '300' } },
    })
    expect(JSON.stringify(ofGroup)).not.toContain('stickiness')
    expect(await ask({ action: 'DescribeLoadBalancers', arns: [alb] })).toMatchObject({
      answer: {
        loadBalancers: [{ loadBalancer: alb, type: 'application', address: /^shop-\d+\.eu-central-1/ }],
      },
    })
    expect(await ask({ action: 'DescribeLoadBalancerAttributes', arns: [alb] })).toMatchObject({
      answer: {
        attributes: { 'idle_timeout.timeout_seconds': '120', 'load_balancing.cross_zone.enabled': 'true' },
      },
    })
    // The first is free, and each of the others waits for its second.
    expect(waits).toEqual([1000, 1000, 1000])
  })
})

describe('what goes wrong is a value, with one sentence', () => {
  // Four tries: between them the back-off of 1, 2 and 4 s, of which the first second is that of the rate, too.
  const FOUR = { calls: 4, waits: [1000, 2000, 4000] }
  const ONE = { calls: 1, waits: [] }
  test.for([
    [
      'denied',
      'denied',
      ONE,
      /^AWS denies elasticloadbalancing:DescribeTargetGroups .* to arn:aws:sts::123456789012:assumed-role\/slackwater\/1: attach the policy/,
    ],
    ['throttled', 'throttled', FOUR, /^AWS throttles DescribeTargetGroups .*\(Throttling\)$/],
    ['unavailable', 'unavailable', FOUR, /^AWS failed to answer .*\(ServiceUnavailable\)$/],
    ['expired', 'expired', FOUR, /^AWS does not accept the credentials .*ExpiredToken.*: renew them/],
    ['closed', 'unreachable', FOUR, /^AWS is unreachable .*socket hang up/],
    [
      'broken',
      'unreadable',
      ONE,
      /cannot be read \(@aws-sdk XML parse error.*[^.]\.\): check whether a proxy/,
    ],
    ['not-xml', 'unreadable', ONE, /cannot be read \(it has no list\): check whether a proxy/],
  ] as const)('%s', async ([fault, kind, expected, text]) => {
    standIn.fail({ kind: fault })
    const { problem } = await ask()
    expect(problem).toEqual({ kind, text: expect.stringMatching(text) })
    expect(problem?.text).toContain(IN)
    expect({ calls: standIn.calls.length, waits }).toEqual(expected)
    expect(calls).toEqual(Array(expected.calls).fill(`DescribeTargetGroups ${kind}`))
  })

  test('a fault that passes is not told', async () => {
    standIn.fail({ kind: 'throttled', times: 2 })
    expect((await ask()).problem).toBeUndefined()
    expect(calls.at(-1)).toBe('DescribeTargetGroups ok')
  })

  test('nobody listens', async () => {
    await standIn.stop()
    expect((await ask()).problem?.text).toMatch(/^AWS is unreachable for .*ECONNREFUSED/)
  })

  test('no answer within the limit', async () => {
    isImpatient = true
    standIn.fail({ kind: 'silent' })
    expect((await ask()).problem).toEqual({
      kind: 'slow',
      text: `AWS did not answer DescribeTargetGroups for ${IN} within 10 s`,
    })
  })

  test('a target group that does not exist', async () => {
    const { problem } = await ask({ arns: [`${group}0`] })
    expect(problem?.kind).toBe('missing')
    expect(calls).toEqual(['DescribeTargetGroups missing'])
  })

  test('an aborted question ends at once', async () => {
    standIn.fail({ kind: 'silent' })
    const ending = new AbortController()
    const asked = aws.ask({ action: 'DescribeTargetGroups', arns: [group] }, place, ending.signal)
    setTimeout(() => ending.abort(), 50)
    expect((await asked).problem).toBeDefined()
    expect(standIn.calls.length).toBeLessThanOrEqual(1)
  })
})

describe('credentials', () => {
  const without = (): void => {
    for (const name of Object.keys(KEYS)) vi.stubEnv(name, undefined)
  }

  test('none: nothing is sent', async () => {
    without()
    const { problem } = await ask()
    expect(problem?.kind).toBe('no-credentials')
    expect(problem?.text).toMatch(
      /^no AWS credentials \(Could not load credentials from any providers\): in a cluster, associate a role/,
    )
    expect(standIn.calls).toEqual([])
  })

  /** As EKS Pod Identity's agent and the metadata of ECS answer. */
  const agent = (validFor: () => number | undefined) => {
    let given = 0
    return listening((_, response) => {
      const seconds = validFor()
      if (seconds === undefined) return void response.writeHead(500).end()
      given += 1
      response.writeHead(200, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          AccessKeyId: `ASIA${given}`,
          SecretAccessKey: 'secret',
          Token: 'token',
          Expiration: new Date(Date.now() + seconds * 1000).toISOString(),
        }),
      )
    })
  }
  const keysUsed = (): readonly (string | undefined)[] =>
    standIn.calls.map(({ authorization = '' }) => /Credential=(\w+)\//.exec(authorization)?.[1])

  test('of an agent are got once, and again shortly before they expire', async () => {
    without()
    let seconds = 3600
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', await agent(() => seconds))
    await ask()
    await ask()
    expect(keysUsed()).toEqual(['ASIA1', 'ASIA1'])
    // The SDK takes those with less than five minutes for expired.
    aws.close()
    seconds = 60
    await ask()
    await ask()
    expect(keysUsed()).toEqual(['ASIA1', 'ASIA1', 'ASIA2', 'ASIA3'])
  })

  test('are got again for a Region that five others have pushed out: no client is kept for ever', async () => {
    without()
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', await agent(() => 3600))
    const regions = ['eu-central-1', 'aa-made-1', 'aa-made-2', 'aa-made-3', 'aa-made-4', 'aa-made-5']
    for (const region of [...regions, 'aa-made-5', 'eu-central-1'])
      await aws.ask({ action: 'DescribeTargetGroups', arns: [group] }, { ...place, region }, NEVER)
    expect(keysUsed()).toEqual([1, 2, 3, 4, 5, 6, 6, 7].map((index) => `ASIA${index}`))
  })

  test('that AWS no longer accepts are got again', async () => {
    without()
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', await agent(() => 3600))
    await ask()
    standIn.fail({ kind: 'expired', times: 1 })
    expect((await ask()).problem).toBeUndefined()
    expect(keysUsed()).toEqual(['ASIA1', 'ASIA1', 'ASIA2'])
  })

  test('of which no token is told: AWS quotes the request whose signature it refuses', () => {
    const message = `The request signature we calculated does not match the signature you provided.

The Canonical String for this request should have been
'POST
/

x-amz-security-token:IQoJSECRET`
    const { kind, text } = problemOf(
      { name: 'SignatureDoesNotMatch', message, $metadata: { httpStatusCode: 403 } },
      { action: 'DescribeTargetGroups', where: 'account 111122223333 in eu-central-1' },
    )
    expect(kind).toBe('expired')
    expect(text).toContain('does not match the signature you provided.')
    expect(text).not.toContain('IQoJ')
  })

  test('an agent that fails', async () => {
    without()
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', await agent(() => undefined))
    expect((await ask()).problem?.kind).toBe('no-credentials')
    expect(standIn.calls).toEqual([])
  })

  test('a client that cannot be made: no password of a proxy is told', async () => {
    const proxy = { HTTPS_PROXY: 'http://me:hunter2@[bad' }
    const other = createAws({ clock: waitless(), random: () => 0, proxy })
    const { problem } = await other.ask({ action: 'DescribeTargetGroups', arns: [group] }, place, NEVER)
    expect(problem?.text).toContain('http://…@[bad')
  })

  test('a profile that does not exist', async () => {
    const other = createAws({ clock: waitless(), random: () => 0, profile: 'nobody' })
    const { problem } = await other.ask({ action: 'DescribeTargetGroups', arns: [group] }, place, NEVER)
    expect(problem?.text).toMatch(/^no AWS credentials of profile nobody \(/)
  })
})

describe('whatever comes is survived', () => {
  const RESULT = (inner: string): string =>
    `<DescribeTargetGroupsResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><DescribeTargetGroupsResult>${inner}</DescribeTargetGroupsResult></DescribeTargetGroupsResponse>`
  const laughs = Array.from(
    { length: 12 },
    (_, level) => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`,
  )

  test.for([
    ['nothing', 200, ''],
    ['JSON', 200, '{"TargetGroups":[]}'],
    ['an error without a code', 400, '<ErrorResponse><Error/></ErrorResponse>'],
    ['an error page', 403, '<html><body>Blocked by policy</body></html>'],
    ['a redirection', 302, ''],
    ['no XML', 500, '\u0000\u0001'],
    [
      'entities that grow',
      200,
      `<!DOCTYPE x [<!ENTITY l0 "ha">${laughs.join('')}]>${RESULT('<TargetGroups>&l12;</TargetGroups>')}`,
    ],
    ['deep nesting', 200, RESULT('<TargetGroups>'.repeat(20_000))],
    [
      'names of every object',
      200,
      RESULT(
        '<TargetGroups><member><__proto__><x>1</x></__proto__><constructor>1</constructor></member></TargetGroups>',
      ),
    ],
    ['texts for lists', 200, RESULT('<TargetGroups>web</TargetGroups>')],
    [
      'lists for texts',
      200,
      RESULT(
        '<TargetGroups><member><TargetGroupArn><member>a</member></TargetGroupArn><LoadBalancerArns>x</LoadBalancerArns></member></TargetGroups>',
      ),
    ],
    ['an endless answer', 200, RESULT(' '.repeat(5 * 1024 * 1024))],
  ] as const)('%s', async ([, status, body]) => {
    const url = await listening((_, response) => response.writeHead(status, { location: '/' }).end(body))
    vi.stubEnv('AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2', url)
    const outcome = await ask()
    if (outcome.problem === undefined)
      for (const { targetGroup } of outcome.answer.targetGroups) expect(targetGroup).toBeTypeOf('string')
    else expect(outcome.problem.text).toMatch(/^(?:the answer to|AWS (?:refuses|failed to answer)) /)
    expect(JSON.stringify(outcome).length).toBeLessThan(1000)
  })
})
