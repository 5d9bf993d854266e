import type { Problem } from '../manifests/position.ts'
import { BadLines } from './bad-lines.ts'
import { type LbcEvent, lbcEventIn } from './lbc-line.ts'
import { leavingTargets } from './lbc-pairs.ts'
import { LeftOut } from './left-out.ts'
import type { LinePlace } from './line-splitter.ts'
import type { Ending } from './log-bytes.ts'
import { findLogFiles, type LogFiles, type LogSource } from './log-files.ts'
import { type LineReader, readSources } from './read-sources.ts'
import type { LbcLogReading, ReadLbcLogs } from './reading.ts'

/** Reads the log of AWS Load Balancer Controller: of one replica or of all, whole or in pieces, in any order. */
export const readLbcLogs: ReadLbcLogs = async (paths, options) => {
  const found = await findLogFiles(paths)
  const reader = new LbcLogReader()
  await readSources(found.sources, reader, options)
  return reader.reading(found)
}

/** Targets in events that are kept, so that memory has a limit. A choice: about 200 MiB, and more than a month of any cluster. */
const MOST_TARGETS = 500_000

class LbcLogReader implements LineReader {
  readonly #bad = new BadLines()
  readonly #leftOut = new LeftOut()
  readonly #problems: Problem[] = []
  readonly #events: LbcEvent[] = []
  /** How often events of the same text were met, in the file that had most of each. */
  readonly #known = new Map<string, number>()
  #ofFile = new Map<string, number>()
  #source: LogSource = { name: '', size: 0, isGiven: true }
  #targets = 0
  #files = 0
  #bytes = 0
  #lines = 0

  begin(source: LogSource): void {
    this.#source = source
    this.#ofFile = new Map()
  }

  onLine = (bytes: Buffer, from: number, to: number, place: LinePlace): void => {
    this.#lines += 1
    const event = lbcEventIn(bytes.toString('utf8', from, to))
    if (event === undefined) return
    if (typeof event === 'string')
      this.#bad.add(this.#source.name, place.number, () =>
        place.isUnended ? `the last line is cut off: ${event}` : event,
      )
    else this.#take(event)
  }

  /** Files that overlap have the same events; a file with two that look alike had both. */
  #take(event: LbcEvent): void {
    const { what, at, targetGroup, targets } = event
    const key = `${what} ${at} ${targetGroup} ${targets?.map(({ ip, port }) => `${ip}:${port}`).join()}`
    const nth = (this.#ofFile.get(key) ?? 0) + 1
    this.#ofFile.set(key, nth)
    if (nth <= (this.#known.get(key) ?? 0)) return
    this.#known.set(key, nth)
    this.#targets += targets?.length ?? 0
    this.#events.push(event)
  }

  isEnough = (): boolean => this.#targets > MOST_TARGETS

  end(ending: Ending, bytes: number): void {
    this.#files += 1
    this.#bytes += bytes
    const file = this.#source.name
    if (!ending.ok) {
      const message = bytes === 0 ? 'cannot be read' : 'cannot be read to its end, what comes before counts'
      this.#problems.push({ file, message: `${message}: ${ending.reason}` })
    }
    this.#bad.endFile(true)
  }

  reading({ sources, problems, others }: LogFiles): LbcLogReading {
    for (const other of others) this.#leftOut.add(other, 'it is no file')
    // Stable: of one second, which is all that newer versions log, lines stay in their order.
    const events = this.#events.toSorted((a, b) => a.at - b.at)
    const [first, last] = [events[0], events.at(-1)]
    return {
      ...{ files: this.#files, bytes: this.#bytes, lines: this.#lines, unreadable: this.#bad.count },
      problems: [...problems, ...this.#problems, ...this.#bad.problems, ...this.#missing(sources)],
      notes: this.#leftOut.notes,
      targets: leavingTargets(events),
      isWholeSeconds: events.some(({ isWholeSecond }) => isWholeSecond),
      ...(first === undefined || last === undefined ? {} : { from: first.at, to: last.at }),
    }
  }

  #missing([first]: readonly LogSource[]): readonly Problem[] {
    if (first === undefined) return []
    if (this.isEnough())
      return [
        {
          file: this.#source.name,
          message: `not read to its end: more than ${MOST_TARGETS} targets left or came: give the log of a shorter time`,
        },
      ]
    if (this.#events.length > 0 || this.#bad.count > 0) return []
    const message =
      'no target was registered or deregistered in it: expected the log of AWS Load Balancer Controller, at its level info'
    return [{ file: first.name, message }]
  }
}
