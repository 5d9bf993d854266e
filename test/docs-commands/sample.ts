import { readFileSync } from 'node:fs'

/**
 * What a page shows as printed.
 * @param beginning of the block.
 * @returns its lines, without what it leaves out: blank lines, and `…` alone. @throws where there is no such block.
 */
export function linesShown(page: string, beginning: string): readonly string[] {
  const blocks = readFileSync(page, 'utf8').split(/^ *```.*\n/m)
  const text = blocks.find((one) => one.startsWith(beginning))
  if (text === undefined) throw new Error(`${page} shows nothing that begins with ${beginning}`)
  return text.split('\n').filter((line) => line.trim() !== '' && line.trim() !== '…')
}

/** @returns the lines of it that are not printed, each in full. */
export function notPrinted(page: string, beginning: string, printed: string): readonly string[] {
  const lines = new Set(printed.split('\n'))
  return linesShown(page, beginning).filter((line) => !lines.has(line))
}
