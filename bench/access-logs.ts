import { execFile } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { accessLog } from './access-log.ts'
import type { BenchRun, Row, Section } from './row.ts'

/** Reading a gigabyte of access logs: as one file, and packed as AWS delivers it. */

/** 1.0 GB; an entry has 615 bytes. */
const LINES = { short: 160_000, long: 1_630_000 } as const
/** Lines of one file of many; a choice: 3 MB, 0.5 MB packed. */
const EACH = 5_000
/** Of the issue that set them. */
const AIMS = { seconds: 30, mib: 300 } as const

interface Cost {
  readonly lines: number
  readonly seconds: number
  readonly cpu: number
  readonly mib: number
}

type What = 'ours' | 'split'

async function cost(what: What, folder: string, root: string): Promise<Cost> {
  const script = path.join(import.meta.dirname, 'read-logs.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [script, what, folder, root])
  return JSON.parse(stdout) as Cost
}

function writeLogs(folder: string, lines: number): Readonly<Record<'plain' | 'packed', string>> {
  const [plain, packed] = [path.join(folder, 'plain'), path.join(folder, 'packed')]
  for (const one of [plain, packed]) mkdirSync(one)
  const whole = openSync(path.join(plain, 'all.log'), 'w')
  let [part, count, nth]: [Buffer[], number, number] = [[], 0, 0]
  for (const chunk of accessLog(lines)) {
    writeSync(whole, chunk)
    part.push(chunk)
    count += 1000
    if (count % EACH > 0) continue
    writeFileSync(
      path.join(packed, `${String(nth++).padStart(5, '0')}.log.gz`),
      gzipSync(Buffer.concat(part)),
    )
    part = []
  }
  if (part.length > 0) writeFileSync(path.join(packed, 'last.log.gz'), gzipSync(Buffer.concat(part)))
  closeSync(whole)
  return { plain, packed }
}

async function measure(run: BenchRun): Promise<readonly Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-bench-'))
  try {
    const lines = run.isLong ? LINES.long : LINES.short
    run.progress(`writing ${lines} lines`)
    const logs = writeLogs(folder, lines)
    return [
      ...(await measureKind('plain', logs.plain, lines, run)),
      ...(await measureKind('packed', logs.packed, lines, run)),
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Rounds of a gigabyte; a choice: a minute each. */
const LONG_ROUNDS = 3

async function measureKind(
  kind: string,
  folder: string,
  lines: number,
  run: BenchRun,
): Promise<readonly Row[]> {
  const costs: Record<What, Cost[]> = { ours: [], split: [] }
  for (let round = 0; round < (run.isLong ? LONG_ROUNDS : run.rounds); round += 1) {
    run.progress(`${kind}, round ${round + 1}`)
    const turns: readonly What[] = round % 2 === 0 ? ['ours', 'split'] : ['split', 'ours']
    for (const what of turns) costs[what].push(await cost(what, folder, run.root))
  }
  return rowsOf(kind, lines, costs.ours, costs.split)
}

function rowsOf(kind: string, lines: number, ours: readonly Cost[], base: readonly Cost[]): readonly Row[] {
  const row = (id: string, unit: string, of: (one: Cost) => number): Row => ({
    ...{
      id: `access-logs/${lines}/${kind}/${id}`,
      name: `${lines.toLocaleString('en-US')} lines, ${kind}`,
      unit,
    },
    ...{ ours: ours.map(of), base: { name: 'split', rounds: base.map(of) } },
  })
  const most = (value: number) => ({ of: 'ours', direction: 'at most', value }) as const
  return [
    // CPU time of all threads: no more than this on one core.
    { ...row('cpu', 'CPU s', ({ cpu }) => cpu), aim: most(AIMS.seconds) },
    { ...row('peak', 'MiB', ({ mib }) => mib), aim: most(AIMS.mib) },
  ]
}

export const accessLogs: Section = {
  name: 'access-logs',
  title: 'Reading access logs, beside finding the ends of their lines',
  measure,
}
