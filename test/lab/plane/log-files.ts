import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { accessLogLine, logFileKey } from './access-log.ts'
import type { Names } from './play.ts'
import type { PlayedRequest } from './played.ts'
import type { Random } from './random.ts'

/** "Elastic Load Balancing publishes a log file for each load balancer node every 5 minutes." Milliseconds. */
const INTERVAL = 300_000

export interface Owner {
  readonly account: string
  readonly region: string
}

/** The lines of each file, from requests in any order. */
export class AccessLog {
  readonly #files = new Map<string, { readonly node: number; readonly end: number; readonly lines: Line[] }>()
  readonly #names: Names

  constructor(names: Names) {
    this.#names = names
  }

  /** In the file of the time of its answer. */
  take(request: PlayedRequest): void {
    const { node, answered } = request
    const end = (Math.floor(answered / INTERVAL) + 1) * INTERVAL
    const key = `${node} ${end}`
    const file = this.#files.get(key) ?? { node, end, lines: [] }
    this.#files.set(key, file)
    file.lines.push({ answered, text: accessLogLine(request, this.#names) })
  }

  /** @returns the paths below `folder`, in the order of time. */
  async write(folder: string, owner: Owner, random: Random): Promise<readonly string[]> {
    const { loadBalancer } = this.#names
    const written: string[] = []
    for (const { node, end, lines } of [...this.#files.values()].sort((one, other) => one.end - other.end)) {
      const suffix = random.suffix(8)
      const key = logFileKey({ ...owner, loadBalancer, node, end, suffix })
      const file = path.join(folder, key)
      await mkdir(path.dirname(file), { recursive: true })
      const inOrder = lines.sort((one, other) => one.answered - other.answered)
      await writeFile(file, gzipSync(`${inOrder.map(({ text }) => text).join('\n')}\n`, { level: 1 }))
      written.push(key)
    }
    return written
  }

  /** Every line, file by file. */
  *lines(): Generator<string> {
    for (const { lines } of this.#files.values())
      for (const { text } of lines.sort((one, other) => one.answered - other.answered)) yield text
  }
}

interface Line {
  readonly answered: number
  readonly text: string
}
