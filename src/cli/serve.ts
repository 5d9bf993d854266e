import type { ServeOptions } from './program.ts'
import type { Terminal } from './terminal.ts'
export async function runServe(_options: ServeOptions, _terminal: Terminal): Promise<number> {
  return 0
}
