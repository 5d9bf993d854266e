import type { Problem } from '../manifests/position.ts'

/** How many of a file are shown, and how many in all. Choices: a few show what is wrong, and thousands hide it. */
const MOST_OF_FILE = 3
const MOST = 50

/** Lines that could not be read: all are counted, the first few of each file are shown. */
export class BadLines {
  readonly #shown: Problem[] = []
  #file: Problem[] = []
  #ofFile = 0
  #all = 0

  get count(): number {
    return this.#all + this.#ofFile
  }

  /** Of the file that is being read. */
  get countOfFile(): number {
    return this.#ofFile
  }

  /** @param message is asked for only if the line is shown. */
  add(file: string, line: number, message: () => string): void {
    this.#ofFile += 1
    if (this.#file.length < MOST_OF_FILE) this.#file.push({ file, line, message: message() })
  }

  /** @param isShown whether its lines are worth a word. */
  endFile(isShown: boolean): void {
    if (isShown) {
      this.#shown.push(...this.#file.slice(0, MOST - this.#shown.length))
      this.#all += this.#ofFile
    }
    this.#file = []
    this.#ofFile = 0
  }

  get problems(): readonly Problem[] {
    return this.#shown
  }
}
