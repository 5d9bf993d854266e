import type { Terminal } from '../render/terminal.ts'

/** Prints a long text. Between two pieces a reader that has gone, such as `head`, is noticed and ends the process. */
export async function print(pieces: Iterable<string>, { out }: Pick<Terminal, 'out'>): Promise<void> {
  for (const piece of pieces) {
    out(piece)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
