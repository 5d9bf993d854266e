import { setImmediate } from 'node:timers/promises'
import { LineSplitter, type OnLine } from './line-splitter.ts'
import { fileChunks, type LogEnding, smallGzip, unpack } from './log-bytes.ts'
import type { LogSource } from './log-files.ts'
import type { ReadingOptions } from './reading.ts'

/** What reads the lines of one kind of log. */
export interface LineReader {
  readonly begin: (source: LogSource) => void
  readonly onLine: OnLine
  /** Whether the rest of the file is of no use. */
  readonly isEnough: () => boolean
  /** @param bytes how many were read, uncompressed. */
  readonly end: (ending: LogEnding, bytes: number) => void
}

/**
 * Reads sources one after the other: never more of them in memory than a chunk and a line.
 * @throws the signal's reason.
 */
export async function readSources(
  sources: readonly LogSource[],
  reader: LineReader,
  options: ReadingOptions,
): Promise<void> {
  const steps = new Steps(sources, options)
  for (const source of sources) {
    options.signal?.throwIfAborted()
    reader.begin(source)
    await readOne(source, { reader, options, steps })
    steps.endFile()
  }
}

interface ReadingOne {
  readonly reader: LineReader
  readonly options: ReadingOptions
  readonly steps: Steps
}

async function readOne(source: LogSource, { reader, options, steps }: ReadingOne): Promise<void> {
  const { signal } = options
  const lines = new LineSplitter(reader.onLine)
  let bytes = 0
  const push = (chunk: Buffer): boolean => {
    bytes += chunk.length
    lines.push(chunk)
    return !reader.isEnough() && signal?.aborted !== true
  }
  const small = source.file === undefined ? undefined : smallGzip(source.file, source.size)
  let ending: LogEnding = { ok: true }
  if (small === undefined) ending = await unpack(steps.count(chunksOf(source, options)), push)
  else {
    steps.add(source.size)
    push(small)
    // Signals are heard between two files.
    await setImmediate()
  }
  signal?.throwIfAborted()
  if (!reader.isEnough()) lines.end()
  reader.end(ending, bytes)
}

const chunksOf = ({ file }: LogSource, { stdin, signal }: ReadingOptions): AsyncIterable<Uint8Array> =>
  file === undefined ? untilAborted(stdin(), signal) : fileChunks(file)

/** Standard input may never have anything more, nor end: a signal does not wait for it. */
async function* untilAborted(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  const iterator = chunks[Symbol.asyncIterator]()
  for (;;) {
    const { done, value } = await Promise.race([iterator.next(), aborted])
    if (done === true) return
    yield value
  }
}

/** Bytes of standard input after which its progress is told again; its end is not known. A choice. */
const STEP = 64 * 2 ** 20

/** Tells what is being read, whenever a hundredth of it has been read. */
class Steps {
  readonly #files: number
  readonly #size: number
  readonly #onStep: ReadingOptions['onStep']
  #file = 1
  #read = 0
  #next = 0

  constructor(sources: readonly LogSource[], { onStep }: ReadingOptions) {
    this.#files = sources.length
    this.#size = sources.reduce((sum, { size }) => sum + size, 0)
    this.#onStep = onStep
  }

  async *count(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.add(chunk.length)
      yield chunk
    }
  }

  /** Bytes that are read next. */
  add(bytes: number): void {
    this.#tell()
    this.#read += bytes
  }

  endFile(): void {
    this.#file += 1
  }

  #tell(): void {
    if (this.#read < this.#next) return
    this.#next = this.#read + (this.#size > this.#read ? this.#size / 100 : STEP)
    const of = this.#size > 0 ? ` of ${mebibytes(Math.max(this.#size, this.#read))}` : ''
    const files = this.#files === 1 ? '' : `file ${this.#file} of ${this.#files}, `
    this.#onStep?.(`reading logs: ${files}${mebibytes(this.#read)}${of} MiB`)
  }
}

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(bytes < 10 * 2 ** 20 ? 1 : 0)
