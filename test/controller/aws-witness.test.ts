import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AwsProblem } from '../../src/aws/problem.ts'
import { createAwsWitness } from '../../src/controller/aws-witness.ts'
import { createInventory, type Inventory } from '../../src/core/inventory/create-inventory.ts'
import { keepIn } from '../../src/inventory/keep-in.ts'
import { readWitness } from '../../src/kubernetes/observed-document.ts'
import { ALB, groupArn, PLACE, Played } from '../aws/played.ts'
import { apiAt, FakeApiServer } from '../cluster/fake-api-server.ts'
import { settingsWith } from '../core/exposures.ts'

/** The leader's loop against a played API server; AWS is played without a network. */

const CONFIG_MAPS = '/api/v1/configmaps'
const NAMESPACE = 'slackwater-system'
const PATH = `/api/v1/namespaces/${NAMESPACE}/configmaps/slackwater-observed`
const START = Date.parse('2026-11-20T10:00:00Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE

let server: FakeApiServer
let port: number
let inventory: Inventory
let aws: Played
let now: number
let lines: Record<string, unknown>[]
let loop: ReturnType<typeof create>
let term: AbortController

beforeEach(async () => {
  server = new FakeApiServer()
  server.serve(CONFIG_MAPS)
  port = await server.start()
  inventory = createInventory({ ...settingsWith({}), fromFiles: false })
  aws = new Played()
  now = 0
  lines = []
  term = new AbortController()
  loop = create()
})
afterEach(() => server.stop())

const create = () =>
  createAwsWitness({
    api: apiAt(port),
    aws,
    known: inventory,
    namespace: NAMESPACE,
    clock: { now: () => now, date: () => new Date(START + now), sleep: () => Promise.resolve() },
    random: () => 0,
    log: pino(
      { base: null, timestamp: false },
      { write: (line: string) => void lines.push(JSON.parse(line)) },
    ),
  })

const bind = (index: number, arn = groupArn(index)): void =>
  void keepIn(inventory, {
    apiVersion: 'elbv2.k8s.aws/v1beta1',
    kind: 'TargetGroupBinding',
    metadata: { name: `g${index}`, namespace: 'shop' },
    spec: { targetGroupARN: arn, targetType: 'ip', serviceRef: { name: 'web', port: 80 } },
  })

const tick = () => loop.tick(term.signal)
/** Twelve in a minute, as in a cluster. */
const pass = async (ms: number): Promise<void> => {
  for (const end = now + ms; now < end; ) {
    now += 5000
    await tick()
  }
}
const written = () => server.writes.filter(({ path }) => path === PATH)
const stored = () => {
  const body = written().at(-1)?.body as { readonly data: Readonly<Record<string, string>> } | undefined
  return readWitness(body?.data['aws.json'] ?? '').value
}
const messages = () => lines.map(({ msg }) => msg)

test('asks at the first tick, and stores what AWS answers with its own field manager', async () => {
  bind(1)
  bind(2)
  await tick()
  expect(stored()).toEqual({
    asked: START,
    targetGroups: [1, 2].map((index) => ({
      targetGroup: groupArn(index),
      loadBalancers: [ALB],
      targetType: 'ip',
      protocol: 'HTTP',
      attributes: { of: groupArn(index) },
    })),
    loadBalancers: [{ loadBalancer: ALB, type: 'application', address: 'shop', attributes: { of: ALB } }],
  })
  expect(written()).toMatchObject([
    {
      method: 'PATCH',
      contentType: 'application/apply-patch+yaml',
      query: { fieldManager: 'slackwater-aws', force: 'true' },
    },
  ])
  expect(lines).toEqual([])
})

test('asks again every hour, and in between nothing', async () => {
  bind(1)
  await tick()
  // One target group: two calls for it, two for its load balancer.
  expect(aws.asked.length).toBe(4)
  await pass(HOUR - 5000)
  expect(aws.asked.length).toBe(4)
  expect(loop.age()).toBe(3595)
  await pass(5000)
  expect(aws.asked.length).toBe(8)
  expect(stored()?.asked).toBe(START + HOUR)
  expect(loop.age()).toBe(0)
  expect(written().length).toBe(2)
})

test('a new binding is asked about within seconds, together with others, and only it', async () => {
  bind(1)
  await tick()
  aws.asked.length = 0
  bind(2)
  await tick()
  bind(3)
  expect(aws.asked).toEqual([])
  await pass(10_000)
  expect(aws.asked[0]).toEqual({ action: 'DescribeTargetGroups', arns: [groupArn(2), groupArn(3)] })
  expect(stored()?.targetGroups.length).toBe(3)
  // The age is that of the oldest.
  expect(stored()?.asked).toBe(START)
})

test('a problem is said once, and again when it changes or ends; the last answer stays', async () => {
  bind(1)
  await tick()
  const problem = (kind: AwsProblem['kind']): void => {
    aws.instead = () => ({ problem: { kind, text: `${kind}!` } })
  }
  problem('denied')
  await pass(3 * HOUR)
  expect(lines).toEqual([
    {
      level: 40,
      where: `account ${PLACE.account} in ${PLACE.region}`,
      problem: 'denied!',
      msg: 'no answer from AWS: the last one stays, else what is declared counts',
    },
  ])
  // After each problem a longer wait, up to a quarter of an hour: eight or nine tries in two hours.
  expect(aws.asked.length - 4).toBeGreaterThan(8)
  expect(aws.asked.length - 4).toBeLessThan(16)
  expect(written().length).toBe(1)
  expect(loop.age()).toBe((3 * HOUR) / 1000)
  problem('throttled')
  await pass(HOUR)
  expect(lines.map(({ problem: text }) => text)).toEqual(['denied!', 'throttled!'])
  aws.instead = () => undefined
  await pass(HOUR)
  expect(messages().slice(2)).toEqual(['AWS answers again'])
  expect(loop.age()).toBeLessThan(3600)
})

test('what one account refuses is no obstacle to another', async () => {
  const foreign = groupArn(2).replace(PLACE.account, '999999999999')
  bind(1)
  bind(2, foreign)
  aws.instead = ({ arns }) =>
    arns.includes(foreign) ? { problem: { kind: 'denied', text: 'denied!' } } : undefined
  await tick()
  expect(stored()?.targetGroups.map(({ targetGroup }) => targetGroup)).toEqual([groupArn(1)])
})

test('target groups that do not exist, and what is no ARN, are said once', async () => {
  bind(1)
  bind(2)
  bind(3, 'arn:aws:elasticloadbalancing:evil.example/:111122223333:targetgroup/a/b')
  aws.gone.add(groupArn(2))
  await pass(2 * HOUR)
  expect(lines.map(({ msg, first }) => [msg, first])).toEqual([
    [
      'AWS is not asked about what is no ARN of a target group',
      ['arn:aws:elasticloadbalancing:evil.example/:111122223333:targetgroup/a/b'],
    ],
    ['AWS does not know target groups that TargetGroupBindings name', [groupArn(2)]],
  ])
  expect(stored()?.targetGroups.length).toBe(1)
})

test('a long round goes on over several ticks, and a new binding waits for it', async () => {
  for (let index = 0; index < 100; index++) bind(index)
  // A call takes a second.
  const ask = aws.ask.bind(aws)
  aws.ask = (question) => {
    now += 1000
    return ask(question)
  }
  await tick()
  expect(aws.asked.length).toBe(60)
  expect(written()).toEqual([])
  await tick()
  // 5 calls for the target groups, 100 for their attributes, two for the load balancer.
  expect(aws.asked.length).toBe(107)
  expect(stored()?.targetGroups.length).toBe(100)
})

/** Whoever may write bindings may name what he likes. */
describe('bindings that name what nobody answers for', () => {
  const slowly = (ms: number): void => {
    const ask = aws.ask.bind(aws)
    aws.ask = (question) => {
      now += ms
      return ask(question)
    }
  }
  /** Seconds since the stored answers were asked for, at most, while the time passes. */
  const oldestIn = async (ms: number): Promise<number> => {
    let oldest = 0
    for (const end = now + ms; now < end; ) {
      await pass(5000)
      oldest = Math.max(oldest, loop.age() ?? 0)
    }
    return oldest
  }
  const foreign = (index: number): string =>
    groupArn(index).replace(PLACE.account, String(index).padStart(12, '9'))

  test('target groups that do not exist: known ones are asked about every hour all the same', async () => {
    bind(1)
    await tick()
    slowly(1000)
    // 39 calls for each twenty of them: three hours for all.
    for (let index = 100; index < 6100; index++) {
      aws.gone.add(groupArn(index))
      bind(index)
    }
    // An hour, and the round of 200 that is under way: at most 400 s, and a tick.
    expect(await oldestIn(6 * HOUR)).toBeLessThan(3600 + 480)
    expect(stored()?.targetGroups.map(({ targetGroup }) => targetGroup)).toEqual([groupArn(1)])
  })

  test('accounts that do not answer: every other tick is for those that do', async () => {
    bind(1)
    await tick()
    const isForeign = (arn: string): boolean => !arn.includes(PLACE.account)
    aws.instead = ({ arns }) => {
      if (!arns.some(isForeign)) return undefined
      now += 40_000
      return { problem: { kind: 'unreachable', text: 'unreachable!' } }
    }
    for (let index = 1000; index < 1500; index++) bind(index, foreign(index))
    // Two of them take a tick.
    expect(await oldestIn(3 * HOUR)).toBeLessThan(3600 + 200)
    bind(2)
    // Collected, and then the second tick of 80 s.
    await pass(10 * MINUTE)
    expect(stored()?.targetGroups.length).toBe(2)
    // And each of them has its turn, once before the first has its second: three hours are for 135 of them.
    const seen = new Set(lines.map(({ where }) => where))
    expect(seen.size).toBe(lines.length)
    expect(seen.size).toBeGreaterThan(100)
  })

  test('answers that no longer count do not take those of others along', async () => {
    bind(1)
    bind(2, foreign(2))
    await tick()
    expect(stored()?.targetGroups.length).toBe(2)
    aws.instead = ({ arns }) =>
      arns.includes(foreign(2)) ? { problem: { kind: 'denied', text: 'denied!' } } : undefined
    for (const end = 8 * 24 * HOUR; now < end; now += HOUR / 4) await tick()
    expect(stored()?.targetGroups.map(({ targetGroup }) => targetGroup)).toEqual([groupArn(1)])
    expect(loop.age()).toBeLessThanOrEqual(3600)
  })

  test('if none is known, the answer is new every hour', async () => {
    bind(1)
    aws.gone.add(groupArn(1))
    expect(await oldestIn(5 * HOUR)).toBeLessThan(3660)
  })
})

test('another leader goes on with what is stored', async () => {
  bind(1)
  await tick()
  term.abort()
  expect(loop.age()).toBeUndefined()
  term = new AbortController()
  loop = create()
  now = HOUR / 2
  aws.asked.length = 0
  await tick()
  expect(loop.age()).toBe(1800)
  await pass(HOUR / 2 - 5000)
  expect(aws.asked).toEqual([])
  await pass(5000)
  expect(aws.asked.length).toBe(4)
})

test('what is stored and cannot be read is not there', async () => {
  server.refused.set(`GET ${PATH}`, 403)
  bind(1)
  await tick()
  expect(stored()?.targetGroups.length).toBe(1)
})

test('a write that is refused is tried again, and fails the tick', async () => {
  bind(1)
  server.refused.set(`PATCH ${PATH}`, { code: 403, reason: 'Forbidden', message: 'configmaps is forbidden' })
  await expect(tick()).rejects.toThrow(
    'ConfigMap slackwater-observed not written: 403: configmaps is forbidden',
  )
  server.refused.clear()
  await tick()
  expect(stored()?.targetGroups.length).toBe(1)
  expect(aws.asked.length).toBe(4)
})

test('a changed annotation: AWS is asked again a minute later, about that target group only', async () => {
  const service = (delay: number): void =>
    void keepIn(inventory, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'web',
        namespace: 'shop',
        annotations: {
          'alb.ingress.kubernetes.io/target-group-attributes': `deregistration_delay.timeout_seconds=${delay}`,
        },
      },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    })
  service(30)
  bind(1)
  await tick()
  aws.asked.length = 0
  // The same again, as every update of a status is.
  service(30)
  await pass(2 * MINUTE)
  expect(aws.asked).toEqual([])
  service(60)
  // The tick that sees it, and eleven more until a minute has passed.
  await pass(MINUTE)
  expect(aws.asked).toEqual([])
  await pass(5000)
  expect(aws.asked[0]).toEqual({ action: 'DescribeTargetGroups', arns: [groupArn(1)] })
  await pass(10 * MINUTE)
  expect(aws.asked.length).toBe(4)
})

test('without bindings, AWS is not asked', async () => {
  await pass(HOUR)
  expect(aws.asked).toEqual([])
  expect(written()).toEqual([])
  expect(loop.age()).toBeUndefined()
})
