import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'

/** The content, or why it could not be read, without a final period. */
type FileReading =
  | { readonly ok: true; readonly text: string; readonly bytes: number }
  | { readonly ok: false; readonly reason: string; readonly isStream: boolean }

/**
 * Reads a file as UTF-8. Only regular files: a pipe would block, a device may have no end, and opening it may have
 * effects. A file that grows during the read may not exceed the limit either. Each step is synchronous: of a tree of
 * thousands of small files, waiting for a thread six times a file would take as long as everything else.
 * @param limit bytes.
 */
export async function readFile(file: string, limit: number): Promise<FileReading> {
  try {
    const other = otherThanFile(statSync(file))
    if (other !== undefined) return { ok: false, ...other }
    // The file behind the name may have changed since.
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stat = fstatSync(descriptor)
      const later = otherThanFile(stat)
      if (later !== undefined) return { ok: false, ...later }
      if (stat.size > limit) throw new TooLarge(limit)
      const bytes = readToEnd(descriptor, stat.size, limit)
      return { ok: true, text: decode(bytes), bytes: bytes.length }
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    return { ok: false, reason: reasonOf(error), isStream: false }
  }
}

/** @param expected bytes; in some file systems a file says none and has some. */
function readToEnd(descriptor: number, expected: number, limit: number): Uint8Array {
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    const chunk = Buffer.allocUnsafe(Math.max(expected + 1 - length, LEAST_CHUNK))
    const count = readSync(descriptor, chunk)
    if (count === 0) return chunks.length === 1 ? (chunks[0] ?? chunk) : Buffer.concat(chunks, length)
    length += count
    if (length > limit) throw new TooLarge(limit)
    chunks.push(chunk.subarray(0, count))
  }
}

/** Bytes (choice: a page). */
const LEAST_CHUNK = 4_096

/** Reads a stream to its end, as UTF-8. @throws TooLarge, TypeError if it is not UTF-8, the stream's errors. */
export const readStream = async (stream: AsyncIterable<Uint8Array>, limit: number): Promise<string> =>
  decode(await gathered(stream, limit))

class TooLarge extends Error {
  constructor(limit: number) {
    super(`larger than the limit of ${sizeText(limit)}`)
    this.name = 'TooLarge'
  }
}

/** `64 MiB` */
export const sizeText = (bytes: number): string => `${Math.floor(bytes / 2 ** 20)} MiB`

async function gathered(stream: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    length += chunk.length
    if (length > limit) throw new TooLarge(limit)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, length)
}

interface Other {
  readonly reason: string
  /** Whether it could be piped in instead. */
  readonly isStream: boolean
}

export function otherThanFile(stat: Stats): Other | undefined {
  if (stat.isFile()) return undefined
  if (stat.isDirectory()) return { reason: 'it is a folder, expected a file', isStream: false }
  if (stat.isSocket()) return { reason: 'it is a socket, expected a file', isStream: false }
  return { reason: `it is a ${stat.isFIFO() ? 'pipe' : 'device'}, expected a file`, isStream: true }
}

/** The default for text on Windows. */
const isUtf16 = ([first, second]: Uint8Array): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)

/** Keeps a byte order mark, so that writing back keeps it too. */
function decode(bytes: Uint8Array): string {
  if (isUtf16(bytes)) throw new TypeError('it is UTF-16, expected UTF-8 text')
  return UTF_8.decode(bytes)
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EISDIR: 'it is a folder, expected a file',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'its path is too long',
  ENOENT: 'no such file or folder',
  ENOSPC: 'no space is left',
  ENOTDIR: 'a part of its path is not a folder',
  EPERM: 'no permission',
  EROFS: 'the file system is read-only',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'expected UTF-8 text',
}

/** Readable reasons for common failures; the system's message for any other. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return REASONS['code' in error ? String(error.code) : ''] ?? error.message
}
