import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { inManyFiles, inOneFile, type ManifestFile } from './many-manifests.ts'
import type { BenchRun, Row, Section } from './row.ts'

/** What reads many manifests, as a process from its start to its end. */
interface Case {
  readonly id: string
  readonly name: string
  readonly documents: number
  readonly filesOf: (documents: number) => readonly ManifestFile[]
  /** Without `-f`. `TARGET` is a folder of its own for each run. */
  readonly args: readonly string[]
}

const DOCUMENTS = 5_000

const CASES: readonly Case[] = [
  { id: 'plan', name: 'plan', documents: DOCUMENTS, filesOf: inOneFile, args: ['plan'] },
  { id: 'plan-files', name: 'plan, a file each', documents: DOCUMENTS, filesOf: inManyFiles, args: ['plan'] },
  {
    id: 'plan-json',
    name: 'plan -o json',
    documents: DOCUMENTS,
    filesOf: inOneFile,
    args: ['plan', '-o', 'json'],
  },
  {
    id: 'lint-sarif',
    name: 'lint -o sarif',
    documents: DOCUMENTS,
    filesOf: inOneFile,
    args: ['lint', '-o', 'sarif'],
  },
  {
    id: 'write-to',
    name: 'plan --write-to, a file each',
    documents: DOCUMENTS,
    filesOf: inManyFiles,
    args: ['plan', '--write-to', 'TARGET'],
  },
]

/** Of growing size: what is not linear shows here. */
const CURVE: readonly Case[] = [500, 20_000].map((documents) => ({
  id: `plan-${documents}`,
  name: `plan of ${documents.toLocaleString('en-US')}`,
  documents,
  filesOf: inOneFile,
  args: ['plan'],
}))

/** Printed by the child as it ends: the most that was ever resident, in KiB, and its CPU time (getrusage). */
const USAGE = 'process.on("exit",()=>process.stderr.write("\\n"+JSON.stringify(process.resourceUsage())))'

/** Bytes that a child may print (choice: JSON of 5,000 documents is 5 MB). */
const MOST_OUTPUT = 2 ** 28

interface Used {
  /** Seconds, of all threads. */
  readonly cpu: number
  readonly mib: number
}

function used(root: string, input: string, { args }: Case, options: readonly string[] = []): Used {
  const target = mkdtempSync(path.join(tmpdir(), 'slackwater-bench-'))
  try {
    const own = args.map((arg) => (arg === 'TARGET' ? path.join(target, 'patched') : arg))
    const program = [path.join(root, 'dist/main.js'), ...own, '-f', input]
    const measured = [...options, `--import=data:text/javascript,${encodeURIComponent(USAGE)}`, ...program]
    const ran = spawnSync(process.execPath, measured, { encoding: 'utf8', maxBuffer: MOST_OUTPUT })
    // 1: there are findings.
    if (ran.status !== 0 && ran.status !== 1) throw new Error(`${own.join(' ')}: ${ran.stderr}`)
    const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(ran.stderr.trimEnd().split('\n').at(-1) ?? '')
    return { cpu: (userCPUTime + systemCPUTime) / 1e6, mib: maxRSS / 2 ** 10 }
  } finally {
    rmSync(target, { recursive: true })
  }
}

function write(folder: string, files: readonly ManifestFile[]): void {
  for (const file of files) {
    const target = path.join(folder, file.path)
    mkdirSync(path.dirname(target), { recursive: true })
    writeFileSync(target, file.text)
  }
}

/** Runs the plan with further options of Node.js. */
export function profilePlan(root: string, options: readonly string[]): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-bench-'))
  const [plan] = CASES
  try {
    if (plan === undefined) return
    write(folder, plan.filesOf(plan.documents))
    used(root, folder, plan, options)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function measureCase(one: Case, run: BenchRun, other: string | undefined): readonly Row[] {
  run.progress(one.name)
  const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-bench-'))
  try {
    write(folder, one.filesOf(one.documents))
    const [ours, base]: [Used[], Used[]] = [[], []]
    for (let round = 0; round < run.rounds; round += 1) {
      ours.push(used(run.root, folder, one))
      if (other !== undefined) base.push(used(other, folder, one))
    }
    return rowsOf(one, ours, base)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The aims are those for 5,000 documents of 1.8 MB: 1.5 s of CPU time, 200 MB. */
function rowsOf(
  { id, name, args, documents }: Case,
  ours: readonly Used[],
  base: readonly Used[],
): readonly Row[] {
  const row = (what: string, unit: string, of: (one: Used) => number): Row => ({
    ...{ id: `plan/${id}/${what}`, name, unit, ours: ours.map(of) },
    ...(base.length === 0 ? {} : { base: { name: 'other', rounds: base.map(of) } }),
  })
  const most = (value: number) => ({ aim: { of: 'ours', direction: 'at most', value } }) as const
  const isAimed = args.length === 1 && documents === DOCUMENTS
  return [
    { ...row('cpu', 'CPU s', ({ cpu }) => cpu), ...(isAimed ? most(1.5) : {}) },
    { ...row('peak', 'MiB', ({ mib }) => mib), ...(isAimed ? most(200e6 / 2 ** 20) : {}) },
  ]
}

async function measureBeside(run: BenchRun, other: string | undefined): Promise<readonly Row[]> {
  return [...CASES, ...(run.isLong ? CURVE : CURVE.slice(0, 1))].flatMap((one) =>
    measureCase(one, run, other),
  )
}

export const planning: Section = {
  name: 'plan',
  title: 'slackwater plan and lint of 5,000 manifests, 1.8 MB, from start to end',
  measure: (run) => measureBeside(run, undefined),
  compare: measureBeside,
}
