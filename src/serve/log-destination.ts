import { write, writeSync } from 'node:fs'

/** Bytes to collect before a write: one system call for about thirty decisions. A choice. */
const GATHERED = 12_288
/** Longest time before collected lines are written. Milliseconds. A choice. */
const INTERVAL = 100
/** Bytes that may wait for a stalled reader or a full disk: about three thousand lines. A choice. */
const MOST_WAITING = 1024 * 1024
/** How long the end may wait for a reader. Milliseconds; a choice, far below the second that a Pod is given. */
const PATIENCE = 500
/** Between two attempts at the end. Milliseconds. A choice. */
const PAUSE = 10

/** Receives log lines. A line that cannot be written is dropped and counted; nothing waits, and no error escapes. */
interface LogDestination {
  /** Writes one line, including its line end. Never throws. */
  readonly write: (line: string) => void
  /** Number of lines dropped so far. */
  readonly dropped: () => number
  /** Writes the remaining lines, as far as the reader accepts them within half a second. */
  readonly end: () => void
}

interface LogDestinationOptions {
  /** A file descriptor. */
  readonly fd: number
  /** Called when a write succeeds after lines were dropped, with their number since the last call. */
  readonly onRecovered: (dropped: number) => void
}

export const createLogDestination = (options: LogDestinationOptions): LogDestination =>
  new DroppingDestination(options)

class DroppingDestination implements LogDestination {
  readonly #options: LogDestinationOptions
  readonly #timer: NodeJS.Timeout
  /** Lines that are not being written yet. */
  #lines: string[] = []
  #bytes = 0
  /** The lines being written. */
  #batch: Batch | undefined
  #dropped = 0
  #unreported = 0

  constructor(options: LogDestinationOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.#flush(), INTERVAL)
    this.#timer.unref()
  }

  dropped = (): number => this.#dropped

  write = (line: string): void => {
    if (this.#bytes + line.length > MOST_WAITING) {
      this.#drop(1)
      return
    }
    this.#lines.push(line)
    this.#bytes += line.length
    if (this.#bytes >= GATHERED) this.#flush()
  }

  end = (): void => {
    clearInterval(this.#timer)
    const deadline = performance.now() + PATIENCE
    this.#batch ??= this.#nextBatch()
    while (this.#batch !== undefined) {
      const left = writeWithin(this.#options.fd, this.#batch, deadline)
      if (left !== undefined) {
        this.#drop(left.lines + this.#lines.length)
        return
      }
      this.#batch = this.#nextBatch()
    }
  }

  #drop(lines: number): void {
    this.#dropped += lines
    this.#unreported += lines
  }

  #nextBatch(): Batch | undefined {
    if (this.#lines.length === 0) return undefined
    const batch = { bytes: Buffer.from(this.#lines.join('')), lines: this.#lines.length }
    this.#lines = []
    this.#bytes = 0
    return batch
  }

  #flush(): void {
    if (this.#batch !== undefined) return
    this.#batch = this.#nextBatch()
    if (this.#batch !== undefined) this.#send(this.#batch)
  }

  #send(batch: Batch): void {
    write(this.#options.fd, batch.bytes, (error, written) => {
      // `end` has taken the batch over meanwhile.
      if (this.#batch !== batch) return
      if (error === null) this.#sent(batch, written)
      else if (isBusy(error)) setTimeout(() => this.#again(batch), INTERVAL).unref()
      else {
        this.#batch = undefined
        this.#drop(batch.lines)
      }
    })
  }

  #again(batch: Batch): void {
    if (this.#batch === batch) this.#send(batch)
  }

  #sent(batch: Batch, written: number): void {
    if (written < batch.bytes.length) {
      this.#batch = { ...batch, bytes: batch.bytes.subarray(written) }
      this.#send(this.#batch)
      return
    }
    this.#batch = undefined
    const unreported = this.#unreported
    this.#unreported = 0
    if (unreported > 0) this.#options.onRecovered(unreported)
    if (this.#bytes >= GATHERED) this.#flush()
  }
}

interface Batch {
  readonly bytes: Buffer
  readonly lines: number
}

/** A pipe whose reader is behind may become free. Other failures (full disk, closed pipe) are not retried. */
const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EBUSY')

/** @returns the part that could not be written; undefined if there is none. */
function writeWithin(fd: number, { bytes, lines }: Batch, deadline: number): Batch | undefined {
  let left = bytes
  while (left.length > 0) {
    try {
      left = left.subarray(writeSync(fd, left))
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) return { bytes: left, lines }
      sleep(PAUSE)
    }
  }
  return undefined
}

/** Blocks the thread: the process is about to end and has nothing else to do. */
const sleep = (milliseconds: number): void =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
