import path from 'node:path'
import type { Problem } from '../manifests/position.ts'
import { AlbLine } from './alb-line.ts'
import { BadLines } from './bad-lines.ts'
import { foreignLog, otherDelivery } from './foreign-logs.ts'
import { LeftOut } from './left-out.ts'
import { type LinePlace, LONGEST_LINE } from './line-splitter.ts'
import type { LogEnding } from './log-bytes.ts'
import { findLogFiles, type LogFiles, type LogSource } from './log-files.ts'
import { type LineReader, readSources } from './read-sources.ts'
import type { AccessLogReading, ReadAccessLogs, RequestConsumer } from './reading.ts'
import { Requests } from './requests.ts'

/** Reads access logs of Application Load Balancers, in one pass and with limited memory. */
export const readAccessLogs: ReadAccessLogs = async (paths, consumer, options) => {
  const found = await findLogFiles(paths)
  const reader = new AccessLogReader(consumer)
  const sources = found.sources.filter((source) => !reader.leavesOut(source))
  await readSources(sources, reader, options)
  return reader.reading(found)
}

/** Lines after which a file that had no entry so far is believed to have none. A choice. */
const ENOUGH = 1000

/** Files of folders without an entry that are named one by one. A choice: a wrong folder may have thousands. */
const NAMED = 3

/** Bytes of a line that tell which log it is of. */
const TELLING = 400

class AccessLogReader implements LineReader {
  readonly #line = new AlbLine()
  readonly #requests: Requests
  readonly #bad = new BadLines()
  readonly #leftOut = new LeftOut()
  readonly #problems: Problem[] = []
  /** Files of folders in which there was no entry, and what they are is not known. */
  #strange = 0
  #lastStrange = ''
  #source: LogSource = { name: '', size: 0, isGiven: true }
  /** Of the file. */
  #entries = 0
  #firstBad = ''
  #firstFault = ''
  #files = 0
  #bytes = 0
  #lines = 0

  constructor(consumer: RequestConsumer) {
    this.#requests = new Requests(consumer)
  }

  /** Other logs in a folder are nobody's mistake: the bucket has them side by side. */
  leavesOut({ name, isGiven }: LogSource): boolean {
    const other = isGiven ? undefined : otherDelivery(path.basename(name))
    if (other !== undefined) this.#leftOut.add(name, other)
    return other !== undefined
  }

  begin(source: LogSource): void {
    this.#source = source
    this.#entries = 0
  }

  onLine = (bytes: Buffer, from: number, to: number, place: LinePlace): void => {
    this.#lines += 1
    if (this.#line.read(bytes, from, to) && !place.isTooLong) {
      this.#entries += 1
      this.#requests.take(this.#line)
      return
    }
    if (this.#bad.countOfFile === 0) {
      this.#firstBad = bytes.toString('utf8', from, Math.min(to, from + TELLING))
      this.#firstFault = faultOf(this.#line, place)
    }
    this.#bad.add(this.#source.name, place.number, () => faultOf(this.#line, place))
  }

  isEnough = (): boolean => this.#entries === 0 && this.#bad.countOfFile >= ENOUGH

  end(ending: LogEnding, bytes: number): void {
    this.#files += 1
    this.#bytes += bytes
    const { name, isGiven } = this.#source
    if (!ending.ok) {
      const message = bytes === 0 ? 'cannot be read' : 'cannot be read to its end, what comes before counts'
      this.#problems.push({ file: name, message: `${message}: ${ending.reason}` })
    }
    const hasNone = this.#entries === 0 && this.#bad.countOfFile > 0
    if (hasNone) {
      const foreign = foreignLog(this.#firstBad)
      const message = foreign ?? `has no entry of an access log; its first line: ${this.#firstFault}`
      if (foreign !== undefined && !isGiven) this.#leftOut.add(name, foreign)
      else if (isGiven || this.#isNamed(name)) this.#problems.push({ file: name, message })
    }
    this.#bad.endFile(!hasNone)
  }

  #isNamed(name: string): boolean {
    this.#strange += 1
    this.#lastStrange = name
    return this.#strange <= NAMED
  }

  get #unnamed(): readonly Problem[] {
    const more = this.#strange - NAMED - 1
    if (more < 0) return []
    const others = more === 0 ? '' : `, nor have ${more} more ${more === 1 ? 'file' : 'files'}`
    return [{ file: this.#lastStrange, message: `has no entry of an access log${others}` }]
  }

  reading({ problems, copies, others }: LogFiles): AccessLogReading {
    const { count, repeated, from, to } = this.#requests
    for (const other of others) this.#leftOut.add(other, 'it is no file')
    return {
      ...{ files: this.#files, bytes: this.#bytes, lines: this.#lines },
      ...{ unreadable: this.#bad.count, requests: count, repeated },
      problems: [...problems, ...this.#problems, ...this.#unnamed, ...this.#bad.problems],
      notes: [...this.#leftOut.notes, ...this.#notes(copies)],
      ...(count === 0 ? {} : { from, to }),
    }
  }

  #notes(copies: number): readonly string[] {
    const { untimed, isInexact } = this.#requests
    return [
      ...(copies === 0 ? [] : [`not read: ${copies} of the files, whose names and sizes others have`]),
      ...(untimed === 0
        ? []
        : [
            `not used: ${untimed} WebSockets from before July 2018, when logs did not say when they were opened`,
          ]),
      ...(isInexact
        ? [
            'files overlap: numbers of requests may count some twice; requests at leaving targets and errors count once',
          ]
        : []),
    ]
  }
}

function faultOf(line: AlbLine, { isTooLong, isUnended }: LinePlace): string {
  if (isTooLong) return `longer than ${LONGEST_LINE / 1024} KiB, expected an entry of an access log`
  return isUnended ? `the last line is cut off: ${line.fault}` : line.fault
}
