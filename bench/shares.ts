import { existsSync, readFileSync } from 'node:fs'
import { SourceMap, type SourceMapPayload } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** A CPU profile as a table. */

interface Node {
  readonly id: number
  /** Lines and columns from 0. */
  readonly callFrame: {
    readonly functionName: string
    readonly url: string
    readonly lineNumber: number
    readonly columnNumber: number
  }
}

/** As V8 writes it (Chrome DevTools Protocol, Profiler.Profile). Microseconds. */
export interface Profile {
  readonly nodes: readonly Node[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** Lines of each table; a choice. */
const MOST = 24

interface Place {
  /** `src/server/webhooks.ts:40`, a package, `node:net`, or what V8 does beside functions. */
  readonly at: string
  readonly file: string
  readonly name: string
}

/** Where functions of a bundle come from. */
class Sources {
  readonly #root: string
  readonly #maps = new Map<string, SourceMap | undefined>()

  constructor(root: string) {
    this.#root = root
  }

  placeOf({ callFrame }: Node): Place {
    const { functionName: name, url, lineNumber, columnNumber } = callFrame
    if (url === '') return { at: 'V8', file: name.startsWith('(') ? name : 'V8, Node.js: native code', name }
    if (!url.startsWith('file:')) return { at: `${url}:${lineNumber + 1}`, file: url, name }
    const bundled = fileURLToPath(url)
    const entry = this.#mapOf(bundled)?.findEntry(lineNumber, columnNumber)
    if (entry === undefined || !('originalSource' in entry) || typeof entry.originalSource !== 'string')
      return this.#own(bundled, lineNumber, name)
    const source = entry.originalSource.startsWith('file:')
      ? fileURLToPath(entry.originalSource)
      : path.resolve(path.dirname(bundled), entry.originalSource)
    return this.#own(source, entry.originalLine, nameAt(source, entry.originalLine) ?? name)
  }

  #own(file: string, line: number, name: string): Place {
    const own = path.relative(this.#root, file).replace(/^node_modules\//, '')
    return { at: `${own}:${line + 1}`, file: own, name }
  }

  #mapOf(bundled: string): SourceMap | undefined {
    if (!this.#maps.has(bundled)) {
      const file = `${bundled}.map`
      const payload = existsSync(file)
        ? (JSON.parse(readFileSync(file, 'utf8')) as SourceMapPayload)
        : undefined
      this.#maps.set(bundled, payload && new SourceMap(payload))
    }
    return this.#maps.get(bundled)
  }
}

const lines = new Map<string, readonly string[]>()

/** The bundle's names are short: the line of the source has the real one. */
function nameAt(source: string, line: number): string | undefined {
  if (!lines.has(source))
    lines.set(source, existsSync(source) ? readFileSync(source, 'utf8').split('\n') : [])
  const text = lines.get(source)?.[line] ?? ''
  return /(?:function\*?|const|get|static|async)\s+([#\w$]+)|^\s*([#\w$]+)\s*(?:<[^(]*)?\(/
    .exec(text)
    ?.slice(1)
    .find((found) => found !== undefined)
}

/** @returns two tables: by function, and by file, of their own time, without what they call. Idle time is left out. */
export function sharesOf({ nodes, samples, timeDeltas }: Profile, root: string): readonly string[] {
  const sources = new Sources(root)
  const places = new Map(nodes.map((node) => [node.id, sources.placeOf(node)]))
  const [byFunction, byFile] = [new Map<string, number>(), new Map<string, number>()]
  let all = 0
  for (const [index, id] of samples.entries()) {
    const place = places.get(id)
    const delta = timeDeltas[index] ?? 0
    if (place === undefined || place.name === '(idle)') continue
    all += delta
    const key = `${place.name || '(anonymous)'}  ${place.at}`
    byFunction.set(key, (byFunction.get(key) ?? 0) + delta)
    byFile.set(place.file, (byFile.get(place.file) ?? 0) + delta)
  }
  const table = (title: string, shares: ReadonlyMap<string, number>): readonly string[] => [
    title,
    ...[...shares]
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, MOST)
      .map(([key, time]) => `${((time / all) * 100).toFixed(1).padStart(6)} %  ${key}`),
  ]
  return [
    `${(all / 1000).toFixed(0)} ms, without idle time; shares of it`,
    '',
    ...table('by function, its own time', byFunction),
    '',
    ...table('by file', byFile),
  ]
}
