import { closeSync, constants, promises as fs, openSync, readSync } from 'node:fs'
import { createGunzip, type Gunzip, gunzipSync } from 'node:zlib'
import { reasonOf } from '../manifests/read-file.ts'

/** How reading ended; a reason is for a sentence: `cannot be read further: …`. */
export type LogEnding = { readonly ok: true } | { readonly ok: false; readonly reason: string }

/** Bytes of a chunk. A choice: larger ones are not faster. */
const CHUNK = 256 * 1024

/** Bytes that are unpacked at a time. A choice: where a file is damaged, Node.js gives nothing of the piece that it is in. */
const PIECE = 16 * 1024

/** The beginnings of files that are compressed in another way. */
const OTHERS: readonly (readonly [name: string, magic: Buffer])[] = [
  ['a zip archive', Buffer.from('PK\x03\x04', 'latin1')],
  ['compressed with zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
  ['compressed with bzip2', Buffer.from('BZh', 'latin1')],
  ['compressed with xz', Buffer.from('\xfd7zXZ\0', 'latin1')],
  ['a Parquet file', Buffer.from('PAR1', 'latin1')],
  ['UTF-16', Buffer.from([0xff, 0xfe])],
  ['UTF-16', Buffer.from([0xfe, 0xff])],
]
const GZIP = Buffer.from([0x1f, 0x8b])
/** Enough to know any of them. */
const MAGIC = 6

/** Where `tar` has its mark (POSIX ustar). */
const TAR = { offset: 257, mark: Buffer.from('ustar') }

/** Bytes of a packed file that is read at one go, and of what may come out of it. Choices: most of AWS's files are smaller. */
const SMALL = 2 ** 20
const LARGEST_WHOLE = 32 * 2 ** 20

/**
 * The content of a small gzip file. A month of logs is tens of thousands of them, and waiting for a thread eight times for each
 * takes five times as long as unpacking it. @returns undefined: it is something else, or there is something about it to
 * tell, which reading it in pieces does.
 */
export function smallGzip(file: string, size: number): Buffer | undefined {
  if (size > SMALL) return undefined
  try {
    const packed = contentOf(file, size)
    if (!begins(packed, GZIP)) return undefined
    const whole = gunzipSync(packed, { maxOutputLength: LARGEST_WHOLE })
    return isTar(whole) ? undefined : whole
  } catch {
    return undefined
  }
}

function contentOf(file: string, size: number): Buffer {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const content = Buffer.allocUnsafe(size)
    return content.subarray(0, readSync(descriptor, content, 0, size, 0))
  } finally {
    closeSync(descriptor)
  }
}

const isTar = (bytes: Buffer): boolean => begins(bytes.subarray(TAR.offset), TAR.mark)

/** A file's content as it is stored, in chunks that are used again. Opening does not wait for a pipe's other end. */
export async function* fileChunks(file: string): AsyncGenerator<Buffer> {
  const handle = await fs.open(file, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const buffer = Buffer.allocUnsafe(CHUNK)
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, CHUNK)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

/**
 * Hands on what the chunks have, uncompressed if they are gzip: by their first bytes, not by a name. Of what is cut off,
 * everything before is handed on; of what is damaged, everything up to 16 KiB before.
 * @param onChunk must have taken what it needs when it returns. @returns whether it wants more.
 */
export async function unpack(
  chunks: AsyncIterable<Uint8Array>,
  onChunk: (chunk: Buffer) => boolean,
): Promise<LogEnding> {
  const unpacking = new Unpacking(onChunk)
  try {
    for await (const chunk of chunks) {
      if (!(await unpacking.take(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)))) break
    }
    return await unpacking.end()
  } catch (error) {
    return { ok: false, reason: reasonOf(error) }
  }
}

class Unpacking {
  readonly #onChunk: (chunk: Buffer) => boolean
  /** Too few bytes to know what it is. */
  #head: Buffer | undefined = Buffer.alloc(0)
  #inflating: Inflating | undefined
  #other: string | undefined
  #isEnough = false

  constructor(onChunk: (chunk: Buffer) => boolean) {
    this.#onChunk = onChunk
  }

  /** @returns whether there is use for more. */
  async take(chunk: Buffer): Promise<boolean> {
    if (this.#head === undefined) return await this.#handOn(chunk)
    // What is yielded is used again: a head that is kept is a copy.
    const head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk])
    if (head.length < MAGIC) {
      this.#head = Buffer.from(head)
      return true
    }
    return await this.#begin(head)
  }

  async end(): Promise<LogEnding> {
    if (this.#head !== undefined && this.#head.length > 0) await this.#begin(this.#head)
    if (this.#other !== undefined)
      return { ok: false, reason: `it is ${this.#other}, expected text or gzip: unpack it first` }
    return (this.#isEnough ? undefined : await this.#inflating?.end()) ?? { ok: true }
  }

  async #begin(head: Buffer): Promise<boolean> {
    this.#head = undefined
    this.#other = OTHERS.find(([, magic]) => begins(head, magic))?.[0]
    if (this.#other !== undefined) return false
    if (begins(head, GZIP)) this.#inflating = new Inflating((chunk) => this.#plain(chunk))
    return await this.#handOn(head)
  }

  async #handOn(chunk: Buffer): Promise<boolean> {
    if (this.#inflating === undefined) this.#plain(chunk)
    else if (!(await this.#inflating.take(chunk))) return false
    return !this.#isEnough
  }

  #isFirst = true

  #plain(chunk: Buffer): void {
    if (this.#isFirst && isTar(chunk)) {
      this.#other = 'a tar archive'
      this.#isEnough = true
    }
    this.#isFirst = false
    if (!this.#isEnough && !this.#onChunk(chunk)) this.#isEnough = true
  }
}

const begins = (bytes: Buffer, magic: Buffer): boolean => bytes.subarray(0, magic.length).equals(magic)

/** One gzip file, of one member or several, as `cat a.gz b.gz` makes them. What comes after the last one is ignored. */
class Inflating {
  readonly #gunzip: Gunzip = createGunzip({ chunkSize: CHUNK })
  /** Resolved when it has ended, be it with an error. */
  readonly #over: Promise<LogEnding>
  #isOver = false

  constructor(onChunk: (chunk: Buffer) => void) {
    this.#gunzip.on('data', onChunk)
    this.#over = new Promise((resolve) => {
      const over = (ending: LogEnding): void => {
        this.#isOver = true
        resolve(ending)
      }
      this.#gunzip.on('end', () => over({ ok: true }))
      this.#gunzip.on('error', (error) => over({ ok: false, reason: gzipReason(error) }))
    })
  }

  /** Returns when everything in it has been handed on. @returns whether there is use for more. */
  async take(chunk: Buffer): Promise<boolean> {
    for (let from = 0; from < chunk.length && !this.#isOver; from += PIECE)
      await Promise.race([this.#write(chunk.subarray(from, from + PIECE)), this.#over])
    return !this.#isOver
  }

  /** The callback is never called for what comes after the end. */
  #write(piece: Buffer): Promise<void> {
    return new Promise((resolve) => this.#gunzip.write(piece, () => resolve()))
  }

  end(): Promise<LogEnding> {
    this.#gunzip.end()
    return this.#over
  }
}

const gzipReason = (error: Error): string =>
  'code' in error && error.code === 'Z_BUF_ERROR'
    ? 'the gzip file is cut off'
    : `the gzip file is damaged (${error.message})`
