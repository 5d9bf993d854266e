import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { collect, collectText } from './collect.ts'
import { type Entry, HEALTHY, lineOf } from './entry.ts'

let folder = ''
/** By number: nobody. */
const NOBODY = 65_534

/** root reads every file. */
async function withoutPrivileges<T>(run: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0
  if (isRoot) process.seteuid?.(NOBODY)
  try {
    return await run()
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
}

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'access-logs-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Its name below the folder. */
function write(name: string, content: string | Uint8Array): string {
  const file = path.join(folder, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, content)
  return file
}

/** Lines of different requests: the nth is answered at second n. */
const numbered = (from: number, count: number, change: Partial<Entry> = {}): string =>
  Array.from({ length: count }, (_, index) => {
    const second = String(from + index).padStart(2, '0')
    const [time, created] = [`2026-10-05T10:04:${second}.186641Z`, `2026-10-05T10:04:${second}.015000Z`]
    return `${lineOf({ ...HEALTHY, time, created, ...change })}\n`
  }).join('')

const DAY = 'AWSLogs/123456789012/elasticloadbalancing/us-east-2/2026/10/05'
const delivered = (nth: number, time = '20261005T1005Z'): string =>
  `123456789012_elasticloadbalancing_us-east-2_app.my-loadbalancer.50dc6c495c0c9188_${time}_172.160.001.192_20sg8h${nth}m.log.gz`

const messages = (problems: readonly { readonly file: string; readonly message: string }[]) =>
  problems.map(({ file, message }) => `${path.relative(folder, file)}: ${message}`)

describe('files', () => {
  test('a folder as S3 delivers it, at any level', async () => {
    write(`${DAY}/${delivered(1)}`, gzipSync(numbered(0, 5)))
    write(`${DAY.replace('/05', '/06')}/${delivered(2)}`, gzipSync(numbered(5, 5)))
    write(
      'AWSLogs/123456789012/ELBAccessLogTestFile',
      'Enable AccessLog for ELB: my-loadbalancer at 2026-10-01',
    )
    write(`${DAY}/conn_log.${delivered(3)}`, gzipSync('2026-10-05T10:04:00.186641Z 1.2.3.4 5 443 TLSv1.2\n'))
    const { requests, files, problems, notes } = await collect([folder])
    expect({ requests, files, problems }).toEqual({ requests: 10, files: 2, problems: [] })
    expect(notes.join()).toMatch(/ELBAccessLogTestFile was not read: .*conn_log.* was not read: /)
  })

  test('gzip is known by its bytes, not by its name', async () => {
    const packed = write('packed.log', gzipSync(numbered(0, 3)))
    const plain = write('plain.log.gz', numbered(3, 3))
    expect(await collect([packed, plain])).toMatchObject({ requests: 6, problems: [] })
  })

  test('gzip of several members, with an empty one between, and something after it', async () => {
    const members = [gzipSync(numbered(0, 3)), gzipSync(''), gzipSync(numbered(3, 3))]
    const whole = write('a.gz', Buffer.concat(members))
    const padded = write('b.gz', Buffer.concat([gzipSync(numbered(6, 3)), Buffer.alloc(2 ** 21)]))
    expect(await collect([whole, padded])).toMatchObject({ requests: 9, problems: [] })
  })

  test('a small packed file with something after it, and a large one in pieces', async () => {
    const small = write('small.gz', Buffer.concat([gzipSync(numbered(0, 3)), Buffer.alloc(1000)]))
    const large = write('large.gz', gzipSync(numbered(3, 57).repeat(100), { level: 0 }))
    expect(await collect([small, large])).toMatchObject({ requests: 60, problems: [], files: 2 })
  })

  test('of gzip that is cut off, what was read counts, and it is said', async () => {
    const packed = gzipSync(numbered(0, 60))
    const file = write('cut.gz', packed.subarray(0, packed.length - 60))
    const { requests, problems } = await collect([file, write('next.log', numbered(60, 1, { trace: 'x' }))])
    expect(requests).toBeGreaterThan(30)
    expect(requests).toBeLessThan(61)
    expect(messages(problems)[0]).toBe(
      'cut.gz: cannot be read to its end, what comes before counts: the gzip file is cut off',
    )
  })

  test('damaged gzip ends with its reason, and the next file is read', async () => {
    const packed = gzipSync(numbered(0, 60), { level: 0 })
    packed.fill(0xff, packed.length - 8)
    const { problems, requests } = await collect([write('bad.gz', packed), write('good.log', numbered(0, 1))])
    expect(messages(problems).join()).toContain(
      'bad.gz: cannot be read to its end, what comes before counts: the',
    )
    // Lines have 533 bytes; the first piece of 16,384 ends in the 31st, and the damage is in the second and last.
    expect(requests).toBe(30)
  })

  test.for([
    [
      'zip',
      Buffer.from('PK\x03\x04 and more'),
      'it is a zip archive, expected text or gzip: unpack it first',
    ],
    ['zst', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0]), 'it is compressed with zstd'],
    [
      'tar',
      Buffer.concat([Buffer.alloc(257), Buffer.from('ustar'), Buffer.alloc(600)]),
      'it is a tar archive',
    ],
    [
      'tgz',
      gzipSync(Buffer.concat([Buffer.alloc(257), Buffer.from('ustar'), Buffer.alloc(600)])),
      'it is a tar',
    ],
    ['utf16', Buffer.from(`\ufeff${lineOf(HEALTHY)}`, 'utf16le'), 'it is UTF-16'],
  ] as const)('%s is said to be that', async ([name, content, words]) => {
    const { problems } = await collect([write(name, content)])
    expect(messages(problems)).toEqual([expect.stringContaining(`${name}: cannot be read: ${words}`)])
  })

  test('an empty file, CRLF, empty lines, a byte order mark, no end of the last line', async () => {
    const files = [
      write('empty.log', ''),
      write('empty.gz', gzipSync('')),
      write('crlf.log', numbered(0, 2).replaceAll('\n', '\r\n')),
      write('mark.log', `\ufeff\n\n${numbered(2, 1)}`),
      write('mark2.log', `\ufeff${numbered(3, 1)}`),
      write('unended.log', numbered(4, 2).trimEnd()),
    ]
    expect(await collect(files)).toMatchObject({ requests: 6, lines: 6, problems: [], files: 6 })
  })

  test('a last line that is cut off is counted and said; the others count', async () => {
    const text = numbered(0, 3)
    const { requests, unreadable, problems } = await collect([write('cut.log', text.slice(0, -400))])
    expect({ requests, unreadable }).toEqual({ requests: 2, unreadable: 1 })
    expect(problems).toEqual([
      {
        file: path.join(folder, 'cut.log'),
        line: 3,
        message: expect.stringMatching(/^the last line is cut off: /),
      },
    ])
  })

  test('a file that cannot be read is named, and the rest is read', async () => {
    const good = write('good.log', numbered(0, 2))
    const { requests, problems } = await collect([
      path.join(folder, 'none.log'),
      path.join(folder, '*.txt'),
      good,
    ])
    expect(requests).toBe(2)
    expect(messages(problems)).toEqual([
      'none.log: cannot be read: no such file or folder',
      '*.txt: no such file or folder, and nothing matches it as a pattern',
    ])
  })

  test('a file without permission is named', async () => {
    chmodSync(write('secret.log', numbered(0, 1)), 0)
    chmodSync(folder, 0o755)
    const { problems } = await withoutPrivileges(() => collect([folder]))
    expect(messages(problems)).toEqual(['secret.log: cannot be read: no permission'])
  })

  test('a quoted pattern is expanded, and a folder without files is said', async () => {
    write('a/1.log', numbered(0, 1))
    write('b/2.log', numbered(1, 1))
    mkdirSync(path.join(folder, 'c'))
    const { requests, problems } = await collect([path.join(folder, '{a,b}/*.log'), path.join(folder, 'c')])
    expect(requests).toBe(2)
    expect(messages(problems)).toEqual(['c: contains no files: expected logs, at any level'])
  })

  test('symbolic links form no loop, and a pipe in a folder does not hang', async () => {
    const file = write('logs/1.log', numbered(0, 2))
    symlinkSync(folder, path.join(folder, 'logs/loop'))
    symlinkSync('round', path.join(folder, 'logs/round'))
    symlinkSync(file, path.join(folder, 'logs/same.log'))
    execFileSync('mkfifo', [path.join(folder, 'logs/pipe')])
    const { requests, repeated, problems, notes } = await collect([folder])
    expect({ requests, repeated }).toEqual({ requests: 2, repeated: 0 })
    expect(messages(problems)).toEqual(['logs/round: cannot be read: its symbolic links lead in a circle'])
    expect(notes).toEqual([expect.stringContaining('logs/pipe was not read: it is no file')])
  })

  test('a pipe that is named is to be piped in', async () => {
    const pipe = path.join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    expect(messages((await collect([pipe])).problems)).toEqual([
      'pipe: cannot be read: it is a pipe, expected a file; give - and pipe it in instead',
    ])
  })

  test('standard input, in the smallest pieces, once', async () => {
    const packed = gzipSync(numbered(0, 3))
    const stdin = [...packed].map((byte) => Uint8Array.of(byte))
    expect(await collect(['-', '-'], { stdin })).toMatchObject({ requests: 3, problems: [], files: 1 })
  })

  test('standard input that breaks off', async () => {
    const { readAccessLogs } = await import('../../src/measure/access-logs.ts')
    async function* broken() {
      yield Buffer.from(numbered(0, 2))
      throw new Error('read EIO')
    }
    const consumer = { wants: () => false, take: () => {} }
    expect(await readAccessLogs(['-'], consumer, { stdin: broken })).toMatchObject({
      requests: 2,
      problems: [{ file: 'stdin', message: 'cannot be read to its end, what comes before counts: read EIO' }],
    })
  })
})

describe('overlap', () => {
  test('the same file by several names is read once', async () => {
    const file = write('a.log', numbered(0, 2))
    symlinkSync(file, path.join(folder, 'b.log'))
    expect(await collect([file, folder, `${folder}/./a.log`, folder])).toMatchObject({
      problems: [],
      requests: 2,
      repeated: 0,
      files: 1,
    })
  })

  test('a copied folder is not read twice, and that is said', async () => {
    for (const copy of ['here', 'there']) write(`${copy}/${DAY}/${delivered(1)}`, gzipSync(numbered(0, 5)))
    const { requests, files, notes } = await collect([folder])
    expect({ requests, files }).toEqual({ requests: 5, files: 1 })
    expect(notes).toEqual(['not read: 1 of the files, whose names and sizes others have'])
  })

  test('files that overlap count as one', async () => {
    write('a.log', numbered(0, 20))
    write('b.log.gz', gzipSync(numbered(10, 20)))
    const { requests, repeated, asked, taken } = await collect([folder])
    expect({ requests, repeated, asked, taken: taken.length }).toEqual({
      ...{ requests: 30, repeated: 10, asked: 30, taken: 30 },
    })
  })

  test('what matters to nobody counts once, too', async () => {
    const text = numbered(0, 20)
    expect(await collectText(text + text, { wants: () => false })).toMatchObject({
      ...{ requests: 20, repeated: 20, asked: 20, taken: [] },
    })
  })

  test.for<Partial<Entry>>([
    { trace: 'Root=1-58337281-1d84f3d73c47ec4e58577250' },
    { time: '2026-10-05T10:04:02.186642Z' },
    { client: '192.168.131.39:2818' },
    { target: '10.0.0.2:80' },
  ])('a request that differs in %o is another one', async (change) => {
    const text = [HEALTHY, { ...HEALTHY, ...change }].map((entry) => `${lineOf(entry)}\n`).join('')
    expect(await collectText(text)).toMatchObject({ requests: 2, repeated: 0 })
  })
})

describe('other logs, given by mistake', () => {
  test.for([
    [
      'the access log of a Classic Load Balancer',
      '2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.38.0" - -',
    ],
    [
      'the log of a Network Load Balancer',
      'tls 2.0 2018-12-20T02:59:40 net/network-loadbalancer/c6e77e28c25b2234 g3d4b5e8bb8464cd 72.21.218.154:51341 172.100.100.185:443 5 2 98 246 - arn:aws:acm:us-east-2:671290407336:certificate/2a108f19 - ECDHE-RSA-AES128-SHA tlsv12 - example.com - - -',
    ],
    [
      'the connection log',
      '2026-10-05T15:34:27.187153Z 203.0.113.7 41236 443 TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256 4.036',
    ],
    ['the log of a CloudFront distribution', '#Version: 1.0'],
    ['the log of AWS WAF', '{"timestamp":1576280412771,"formatVersion":1,"webaclId":"arn:aws:wafv2:"}'],
    ['a log in JSON', '{"level":"info","ts":"2025-08-29T07:33:06Z","msg":"deRegistering targets"}'],
    ['a VPC flow log', 'version account-id interface-id srcaddr dstaddr'],
    ['the access log of a web server', '203.0.113.7 - - [05/Oct/2026:10:04:02 +0000] "GET / HTTP/1.1" 200 5'],
    ['a table in CSV', '"type","time","elb","client_ip"'],
  ] as const)('%s: one sentence', async ([name, line]) => {
    const { problems, requests, unreadable } = await collect([write('given.log', `${line}\n`.repeat(2_000))])
    expect({ requests, unreadable }).toEqual({ requests: 0, unreadable: 0 })
    expect(messages(problems)).toEqual([expect.stringContaining(`given.log: it is ${name}`)])
  })

  test('in a folder beside others they are left out with a word for all of them', async () => {
    const nlb = 'tls 2.0 2018-12-20T02:59:40 net/network-loadbalancer/c6e77e28c25b2234 g3d4b5e8bb8464cd\n'
    for (const name of ['1', '2', '3']) write(`logs/${name}.log`, nlb)
    write('logs/4.log', numbered(0, 2))
    const { problems, notes, requests } = await collect([folder])
    expect({ problems, requests }).toEqual({ problems: [], requests: 2 })
    expect(notes).toEqual([
      `${path.join(folder, 'logs/1.log')} and 2 more files like it were not read: it is the log of a Network Load Balancer: it has TLS connections, not requests: expected access logs of an Application Load Balancer`,
    ])
  })

  test('whatever else has no entry is one problem', async () => {
    const { problems } = await collect([write('poem.txt', 'Tyger Tyger\nburning bright\n')])
    expect(messages(problems)).toEqual([
      'poem.txt: has no entry of an access log; its first line: 2 fields, expected 18 or more',
    ])
  })
})

describe('lines that cannot be read', () => {
  test('all are counted, the first three of a file are shown', async () => {
    const text = `${numbered(0, 1)}${'not an entry\n'.repeat(5)}${numbered(1, 1)}`
    const { requests, unreadable, problems, lines } = await collectText(text)
    expect({ requests, unreadable, lines }).toEqual({ requests: 2, unreadable: 5, lines: 7 })
    expect(problems.map(({ line }) => line)).toEqual([2, 3, 4])
  })

  test('of thousands of files, fifty lines are shown', async () => {
    for (let nth = 0; nth < 60; nth++) write(`${nth}.log`, `${numbered(nth, 1)}wrong\n`)
    const { unreadable, problems } = await collect([folder])
    expect({ unreadable, shown: problems.length }).toEqual({ unreadable: 60, shown: 50 })
  })
})

describe('what matters', () => {
  test('is asked once for each request, and only what is wanted is taken', async () => {
    const lost = numbered(30, 2, { status: '502', targetStatus: '-', times: ['0.000', '-1', '-1'] })
    const { asked, taken } = await collectText(numbered(0, 20) + lost, {
      wants: ({ status }) => status >= 500,
    })
    expect(asked).toBe(22)
    expect(taken.map(({ status }) => status)).toEqual([502, 502])
  })

  test('the first and the last moment', async () => {
    expect(await collectText(numbered(0, 20))).toMatchObject({
      from: Date.UTC(2026, 9, 5, 10, 4, 0, 15),
      to: Date.UTC(2026, 9, 5, 10, 4, 19, 186) + 0.641,
    })
    expect(await collectText('')).not.toHaveProperty('from')
  })
})

test('does not wait for standard input that never ends, once it is told to end', async () => {
  const { readAccessLogs } = await import('../../src/measure/access-logs.ts')
  const ending = new AbortController()
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(numbered(0, 1))
    ending.abort(new Error('interrupted'))
    await new Promise(() => {})
  }
  const consumer = { wants: () => false, take: () => {} }
  const reading = readAccessLogs(['-'], consumer, { stdin: endless, signal: ending.signal })
  await expect(reading).rejects.toThrow('interrupted')
})

test('says what it is doing, and ends when it is told to', async () => {
  const steps: string[] = []
  for (const name of ['a', 'b']) write(`${name}.log`, numbered(name === 'a' ? 0 : 20, 20))
  await collect([folder], { onStep: (words) => steps.push(words) })
  expect(steps[0]).toMatch(/^reading logs: file 1 of 2, 0\.0 of 0\.0 MiB$/)
  const ending = AbortSignal.abort(new Error('interrupted'))
  await expect(collect([folder], { signal: ending })).rejects.toThrow('interrupted')
})
