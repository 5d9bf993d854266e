import path from 'node:path'
import { type Asked, askedOf } from './arguments.ts'
import { documentOf, footingOf } from './document.ts'
import { watchNoise } from './machine.ts'
import type { BenchRun, Row, Section } from './row.ts'
import { SECTIONS } from './sections.ts'
import { type Measured, table } from './table.ts'

/** What Slackwater costs, as one table. docs/performance.md says what each row means. */

const NAMES = SECTIONS.map(({ name }) => name)

const whenOf = ({ isOnDemand, isNamedOnly }: (typeof SECTIONS)[number]): string => {
  if (isNamedOnly === true) return ' (only if named)'
  return isOnDemand === true ? ' (only if named, or with --long)' : ''
}

const HELP = `npm run bench -- [SECTION...] [options]
npm run bench:compare -- FOLDER [SECTION...] [options]

Measures what Slackwater costs, and prints one table: ours, what it is compared with in the same
run, the ratio, the aim, and whether it is met. docs/performance.md explains the rows.

Sections:
${SECTIONS.map((one) => `  ${one.name.padEnd(12)} ${one.title}${whenOf(one)}`).join('\n')}

Options:
  --rounds N        rounds, ours and the base in turn (default 5, with --long 9)
  --long            every section but peers, longer rounds, larger clusters
  --json            a JSON document with every round's values instead of the table
  --against FOLDER  compare with another checkout, whose packages are installed and whose
                    program is built: its program and core, measured by this benchmark
  -h, --help        this text`

const say = (text: string): void => void process.stderr.write(`${text}\n`)

const chosen = ({ sections, isLong }: Asked) =>
  SECTIONS.filter(({ name, isOnDemand, isNamedOnly }) =>
    sections.length > 0 ? sections.includes(name) : isNamedOnly !== true && (isLong || isOnDemand !== true),
  )

function rowsOf(section: Section, run: BenchRun, against: string | undefined): Promise<readonly Row[]> {
  if (against === undefined) return section.measure(run)
  if (section.compare !== undefined) return section.compare(run, against)
  run.progress('left out: it cannot be compared with another checkout')
  return Promise.resolve([])
}

async function measureAll(asked: Asked): Promise<void> {
  const began = new Date()
  const root = path.resolve(import.meta.dirname, '..')
  const noiseUntilNow = await watchNoise()
  const measured: Measured[] = []
  for (const section of chosen(asked)) {
    const since = performance.now()
    const progress = (line: string): void => say(`bench: ${section.name}: ${line}`)
    const { rounds, isLong } = asked
    const rows = await rowsOf(section, { rounds, isLong, root, progress }, asked.against)
    if (rows.length > 0) measured.push({ section, rows })
    progress(`took ${((performance.now() - since) / 1000).toFixed(0)} s`)
  }
  const { rounds, isLong, against } = asked
  const about = { root, began, rounds, isLong, noise: noiseUntilNow() }
  const document = documentOf(measured, against === undefined ? about : { ...about, against })
  const lines = asked.json ? [JSON.stringify(document, undefined, 2)] : table(measured, footingOf(document))
  process.stdout.write(`${lines.join('\n')}\n`)
}

function askedOrEnd(): Asked {
  try {
    return askedOf(process.argv.slice(2), NAMES)
  } catch (error) {
    say(`bench: ${error instanceof Error ? error.message : error}`)
    process.exit(2)
  }
}

const asked = askedOrEnd()
if (asked.help) process.stdout.write(`${HELP}\n`)
else await measureAll(asked)
