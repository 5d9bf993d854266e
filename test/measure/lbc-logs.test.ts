import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { readLbc, readLbcText } from './collect.ts'

const ARN =
  'arn:aws:elasticloadbalancing:ap-northeast-2:925517469638:targetgroup/k8s-rcsapp-24d496d02c/2a976e5b7700ac18'
const OTHER =
  'arn:aws:elasticloadbalancing:ap-northeast-2:925517469638:targetgroup/k8s-mockit-013420b522/6aac63d2d6dc0cb1'

type Message = 'deRegistering targets' | 'deRegistered targets' | 'registering targets' | 'registered targets'

/** As versions from v2.10 log: RFC 3339, and targets in every line (kubernetes-sigs/aws-load-balancer-controller#4324). */
const now = (ts: string | number, msg: Message, ips: readonly string[], arn = ARN): string =>
  JSON.stringify({
    ...{ level: 'info', ts, msg, arn },
    targets: ips.map((ip) => ({ Id: ip, AvailabilityZone: 'ap-northeast-2a', Port: 8080 })),
  })

/** As versions before v2.5 log: seconds with decimals, and no targets when it is done (#3069). */
const then = (ts: number, msg: Message, ips?: readonly string[], arn = ARN): string =>
  JSON.stringify({
    ...{ level: 'info', ts, msg, arn },
    ...(ips === undefined
      ? {}
      : { targets: ips.map((ip) => ({ AvailabilityZone: null, Id: ip, Port: 80 })) }),
  })

const read = (...lines: readonly string[]) => readLbcText(lines.map((line) => `${line}\n`).join(''))
const left = async (...lines: readonly string[]) => {
  const { targets, problems } = await read(...lines)
  expect(problems).toEqual([])
  return targets
}

const at = (seconds: number): number => Date.UTC(2026, 9, 5, 10, 4, 0) + seconds * 1000
const epoch = (seconds: number): number => at(seconds) / 1000
const text = (seconds: number): string => new Date(at(seconds)).toISOString().replace('.000', '')

describe('pairs', () => {
  test('a line that is quoted in kubernetes-sigs/aws-load-balancer-controller#3069', async () => {
    expect(
      await left(
        `{"level":"info","ts":1676814406.2301478,"msg":"deRegistering targets","arn":"${ARN}","targets":[{"AvailabilityZone":"ap-northeast-2a","Id":"172.31.178.98","Port":80}]}`,
        `{"level":"info","ts":1676814406.2712817,"msg":"deRegistered targets","arn":"${ARN}"}`,
      ),
    ).toEqual([
      {
        ...{ ip: '172.31.178.98', port: 80, targetGroup: ARN, missing: [] },
        deregistering: expect.closeTo(1_676_814_406_230.15, 1),
        deregistered: expect.closeTo(1_676_814_406_271.28, 1),
      },
    ])
  })

  test('two target groups at the same time', async () => {
    expect(
      await left(
        now(text(1), 'deRegistering targets', ['10.0.0.1']),
        now(text(1), 'deRegistering targets', ['10.0.0.1'], OTHER),
        now(text(2), 'deRegistered targets', ['10.0.0.1'], OTHER),
        now(text(3), 'deRegistered targets', ['10.0.0.1']),
      ),
    ).toMatchObject([
      { targetGroup: ARN, deregistered: at(3) },
      { targetGroup: OTHER, deregistered: at(2) },
    ])
  })

  test.for(['now', 'then'] as const)('chunks of 200 of one target group (%s)', async (version) => {
    const ips = (from: number): readonly string[] =>
      Array.from({ length: 200 }, (_, n) => `10.0.${from}.${n}`)
    const line = (second: number, msg: Message, from: number): string =>
      version === 'now'
        ? now(text(second), msg, ips(from))
        : then(epoch(second), msg, msg === 'deRegistering targets' ? ips(from) : undefined)
    const targets = await left(
      line(1, 'deRegistering targets', 1),
      line(2, 'deRegistered targets', 1),
      line(2, 'deRegistering targets', 2),
      line(4, 'deRegistered targets', 2),
    )
    expect(targets).toHaveLength(400)
    expect(targets.filter(({ deregistered }) => deregistered === at(2))).toHaveLength(200)
    expect(targets.filter(({ deregistered }) => deregistered === at(4))).toHaveLength(200)
  })

  test('a call that failed has no second line: the target left with the next one', async () => {
    expect(
      await left(
        then(epoch(1), 'deRegistering targets', ['10.0.0.1', '10.0.0.2']),
        then(epoch(3), 'deRegistering targets', ['10.0.0.2', '10.0.0.1', '10.0.0.3']),
        then(epoch(4), 'deRegistered targets'),
      ),
    ).toMatchObject([
      { ip: '10.0.0.1', deregistering: at(3), deregistered: at(4) },
      { ip: '10.0.0.2', deregistering: at(3), deregistered: at(4) },
      { ip: '10.0.0.3', deregistering: at(3), deregistered: at(4) },
    ])
  })

  test('a log that ends too early, or begins too late', async () => {
    const [first, second] = await left(
      now(text(1), 'deRegistered targets', ['10.0.0.1']),
      now(text(2), 'deRegistering targets', ['10.0.0.2']),
    )
    expect(first).toEqual({ ip: '10.0.0.1', port: 8080, targetGroup: ARN, deregistered: at(1), missing: [] })
    expect(second).toEqual({
      ip: '10.0.0.2',
      port: 8080,
      targetGroup: ARN,
      deregistering: at(2),
      missing: [],
    })
  })

  test('an address that is registered again was reused from then on, and may leave again', async () => {
    expect(
      await left(
        now(text(1), 'registering targets', ['10.0.0.1']),
        now(text(2), 'deRegistering targets', ['10.0.0.1']),
        now(text(3), 'deRegistered targets', ['10.0.0.1']),
        now(text(9), 'registering targets', ['10.0.0.1'], OTHER),
        now(text(10), 'registering targets', ['10.0.0.1']),
        now(text(11), 'registered targets', ['10.0.0.1']),
        now(text(12), 'registering targets', ['10.0.0.1']),
        now(text(20), 'deRegistering targets', ['10.0.0.1']),
        now(text(21), 'deRegistered targets', ['10.0.0.1']),
      ),
    ).toEqual([
      // In the second after 10: until it ends the address was the old one's.
      expect.objectContaining({ deregistering: at(2), deregistered: at(3), reused: at(11) }),
      {
        ip: '10.0.0.1',
        port: 8080,
        targetGroup: ARN,
        deregistering: at(20),
        deregistered: at(21),
        missing: [],
      },
    ])
  })

  test('instances are no addresses', async () => {
    const line = then(epoch(1), 'deRegistering targets', ['i-11111111111111111'])
    expect(await left(line)).toEqual([])
  })

  test('IPv6 addresses are as Kubernetes writes them', async () => {
    const line = now(text(1), 'deRegistering targets', ['2600:1F16:0:0:0:0:0:1'])
    expect(await left(line)).toMatchObject([{ ip: '2600:1f16::1' }])
  })
})

describe('wrappings', () => {
  const entry = now(text(2), 'deRegistered targets', ['10.0.0.1'])
  const bare = { deregistered: at(2) }
  const exact = { deregistered: at(2.345) }

  test.for<readonly [what: string, line: string, expected: object]>([
    ['none', entry, bare],
    [
      'kubectl logs --prefix',
      `[pod/aws-load-balancer-controller-5dfc-jvm97/aws-load-balancer-controller] ${entry}`,
      bare,
    ],
    ['kubectl logs --timestamps', `2026-10-05T10:04:02.345000000Z ${entry}`, exact],
    ['with another time zone', `2026-10-05T03:04:02.345000000-07:00 ${entry}`, exact],
    ['both', `[pod/a/b] 2026-10-05T10:04:02.345000000Z ${entry}`, exact],
    [
      'stern',
      `aws-load-balancer-controller-5dfc aws-load-balancer-controller 2026-10-05T10:04:02.345Z ${entry}`,
      exact,
    ],
    ['a container runtime', `2026-10-05T10:04:02.345000000Z stderr F ${entry}`, exact],
    ['a time that is not of it', `2026-10-05T11:30:00.345000000Z ${entry}`, bare],
    [
      'Docker',
      JSON.stringify({ log: `${entry}\n`, stream: 'stderr', time: '2026-10-05T10:04:02.345000000Z' }),
      exact,
    ],
    ['Fluent Bit', JSON.stringify({ log: entry, kubernetes: { pod_name: 'a' } }), bare],
    ['Fluent Bit, merged', JSON.stringify({ kubernetes: { a: 1 }, log_processed: JSON.parse(entry) }), bare],
    [
      'CloudWatch Logs Insights',
      JSON.stringify({ '@timestamp': '2026-10-05 10:04:02.345', '@message': entry }),
      exact,
    ],
    [
      'Fluent Bit, merged into its own object',
      JSON.stringify({ ...JSON.parse(entry), stream: 'stderr', time: '2026-10-05T10:04:02.345Z' }),
      exact,
    ],
    [
      'a collector that came 1.5 s late: the entry is of its own second',
      `2026-10-05T10:04:03.500Z ${entry}`,
      { deregistered: at(2.999) },
    ],
    ['CloudWatch events', JSON.stringify({ timestamp: at(2.345), message: entry }), exact],
    ['one in another', JSON.stringify({ message: JSON.stringify({ log: entry }) }), bare],
    ['aws logs, over several lines', `            "message": ${JSON.stringify(entry)},`, bare],
    ['aws logs tail', `2026-10-05T10:04:02.345000+00:00 kube/aws-load-balancer-controller ${entry}`, exact],
    [
      "zap's console",
      `2026-10-05T10:04:02.345Z\tINFO\tcontrollers\tderRegistered\tdeRegistered targets\t${JSON.stringify({ arn: ARN, targets: [{ Id: '10.0.0.1', Port: 8080 }] })}`,
      exact,
    ],
  ])('%s', async ([, line, expected]) => {
    expect(await left(line)).toEqual([expect.objectContaining({ ip: '10.0.0.1', port: 8080, ...expected })])
  })

  test('a line with the same entry twice has one; one with two is told, not half of it read', async () => {
    const twice = JSON.stringify({ log: entry, log_processed: JSON.parse(entry) })
    expect(await left(twice)).toMatchObject([{ ip: '10.0.0.1' }])
    const other = now(text(2), 'deRegistered targets', ['10.0.0.2'])
    const two = JSON.stringify({ events: [{ message: entry }, { message: entry }, { message: other }] })
    expect(await read(two)).toMatchObject({
      targets: [],
      unreadable: 1,
      problems: [{ line: 1, message: 'several entries in one line, expected one in each' }],
    })
  })

  test('whole seconds are said to be that', async () => {
    expect(await read(entry)).toMatchObject({ isWholeSeconds: true })
    expect(await read(`2026-10-05T10:04:02.345000000Z ${entry}`)).toMatchObject({ isWholeSeconds: false })
    expect(await read(then(epoch(1.5), 'deRegistering targets', ['10.0.0.1']))).toMatchObject({
      isWholeSeconds: false,
    })
  })
})

describe('files', () => {
  const events = [
    then(epoch(1), 'deRegistering targets', ['10.0.0.1']),
    then(epoch(2), 'deRegistered targets'),
    then(epoch(5), 'deRegistering targets', ['10.0.0.2']),
    then(epoch(6), 'deRegistered targets'),
  ]

  test('of several replicas, in any order and overlapping, are as one', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'lbc-'))
    try {
      for (const [name, part] of [
        ['1', events.slice(2)],
        ['2', events.slice(0, 3)],
        ['3', events.slice(1)],
      ] as const)
        writeFileSync(path.join(folder, name), part.join('\n'))
      const { targets, files, from, to } = await readLbc([folder])
      expect({ files, from, to }).toEqual({ files: 3, from: at(1), to: at(6) })
      expect(targets).toMatchObject([
        { ip: '10.0.0.1', deregistering: at(1), deregistered: at(2) },
        { ip: '10.0.0.2', deregistering: at(5), deregistered: at(6) },
      ])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('the same file twice is as one', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'lbc-'))
    try {
      const lines = [
        now(text(1), 'deRegistering targets', ['10.0.0.1']),
        now(text(2), 'deRegistered targets', ['10.0.0.1']),
      ]
      for (const name of ['1', '2']) writeFileSync(path.join(folder, name), lines.join('\n'))
      expect((await readLbc([folder])).targets).toHaveLength(1)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('two calls within one second that look alike are two', async () => {
    const done = JSON.stringify({ level: 'info', ts: text(1), msg: 'deRegistered targets', arn: ARN })
    const begun = (ip: string): string => now(text(1), 'deRegistering targets', [ip])
    expect(await left(begun('10.0.0.1'), done, begun('10.0.0.2'), done)).toMatchObject([
      { ip: '10.0.0.1', deregistered: at(1) },
      { ip: '10.0.0.2', deregistered: at(1) },
    ])
  })

  test('lines that cannot be read are told; those of something else are not', async () => {
    const { problems, unreadable, lines } = await read(
      '{"level":"info","ts":"2026-10-05T10:04:02Z","msg":"Successful reconcile"}',
      'I1005 10:04:02.000000 1 leaderelection.go:250] attempting to acquire leader lease',
      `{"ts":"yesterday","msg":"deRegistering targets","arn":"${ARN}","targets":[]}`,
      `{"ts":1,"msg":"deRegistering targets","targets":[]}`,
      `{"ts":1,"msg":"deRegistering targets","arn":"${ARN}"}`,
      entryCutOff,
    )
    expect({ unreadable, lines }).toEqual({ unreadable: 4, lines: 6 })
    expect(problems.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      '3: expected a line in JSON with msg, ts, arn and targets; ts is "yesterday", expected a time',
      '4: expected a line in JSON with msg, ts, arn and targets; arn is undefined',
      '5: expected a line in JSON with msg, ts, arn and targets; it has no targets',
    ])
  })

  /** Its pkg/deploy/elbv2/frontend_nlb_targets_manager.go, since v2.13: an ALB is the target, and a new one is not in a list. */
  test('an ALB behind an NLB of the controller is no Pod, and no line that cannot be read', async () => {
    const alb = 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/k8s-shop/1'
    const target = { AvailabilityZone: null, Id: alb, Port: 443, QuicServerId: null }
    const head = { level: 'info', ts: text(1), logger: 'controllers.ingress', arn: ARN }
    const { targets, unreadable } = await read(
      JSON.stringify({ ...head, msg: 'registering targets', targets: target }),
      JSON.stringify({ ...head, msg: 'registered targets' }),
      JSON.stringify({ ...head, msg: 'deRegistering targets', targets: [target] }),
      JSON.stringify({ ...head, msg: 'deregistered targets' }),
    )
    expect({ targets, unreadable }).toEqual({ targets: [], unreadable: 0 })
  })

  const entryCutOff = now(text(1), 'deRegistering targets', ['10.0.0.1']).slice(0, -30)

  test('a log of another container is one problem', async () => {
    const { problems } = await read('{"level":"info","msg":"hello"}')
    expect(problems).toEqual([
      {
        file: 'stdin',
        message:
          'no target was registered or deregistered in it: expected the log of AWS Load Balancer Controller, at its level info',
      },
    ])
  })
})
