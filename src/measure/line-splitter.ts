/** Called for each line that is not empty, without its end: bytes `from` to `to`. The bytes are used again afterwards. */
export type OnLine = (bytes: Buffer, from: number, to: number, line: LinePlace) => void

export interface LinePlace {
  /** Counts from 1; empty lines count, too. */
  readonly number: number
  /** Nothing comes after it, not even the end of the line: it may have been cut off. */
  readonly isUnended: boolean
  /** It is longer than LONGEST_LINE: only its beginning is there. */
  readonly isTooLong: boolean
}

const [LINE_FEED, RETURN] = [0x0a, 0x0d]
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * Bytes. A choice: an entry has at most a request line of 16 KiB and a user agent of 8 KiB (AWS's quotas), each byte as
 * `\x22`; a line of the controller 200 targets, in a wrapping that escapes its quotes.
 */
export const LONGEST_LINE = 256 * 1024

/** Makes lines of chunks, wherever these end. What is kept between two chunks is at most one line. */
export class LineSplitter {
  readonly #onLine: OnLine
  /** Of the line that goes on in the next chunk; absent: none did so far. */
  #rest: Buffer | undefined
  #kept = 0
  #isTooLong = false
  #number = 0

  constructor(onLine: OnLine) {
    this.#onLine = onLine
  }

  push(chunk: Buffer): void {
    let from = 0
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      if (this.#kept === 0 && !this.#isTooLong) this.#say(chunk, from, end, false)
      else {
        this.#keep(chunk, from, end)
        this.#sayKept(false)
      }
      from = end + 1
    }
    this.#keep(chunk, from, chunk.length)
  }

  end(): void {
    if (this.#kept > 0) this.#sayKept(true)
  }

  #keep(chunk: Buffer, from: number, to: number): void {
    if (from === to) return
    this.#rest ??= Buffer.allocUnsafe(LONGEST_LINE)
    const room = LONGEST_LINE - this.#kept
    if (to - from > room) this.#isTooLong = true
    this.#kept += chunk.copy(this.#rest, this.#kept, from, Math.min(to, from + room))
  }

  #sayKept(isUnended: boolean): void {
    if (this.#rest !== undefined) this.#say(this.#rest, 0, this.#kept, isUnended)
    this.#kept = 0
    this.#isTooLong = false
  }

  #say(bytes: Buffer, start: number, end: number, isUnended: boolean): void {
    this.#number += 1
    const from = this.#number === 1 && hasMark(bytes, start, end) ? start + BYTE_ORDER_MARK.length : start
    let to = end
    while (to > from && bytes[to - 1] === RETURN) to -= 1
    if (to === from) return
    this.#onLine(bytes, from, to, { number: this.#number, isUnended, isTooLong: this.#isTooLong })
  }
}

const hasMark = (bytes: Buffer, from: number, to: number): boolean =>
  to - from >= 3 && bytes.subarray(from, from + 3).equals(BYTE_ORDER_MARK)
