import { printable } from '../core/model/printable.ts'
import { EXIT } from '../judgement/exit.ts'

/** A command's access to the outside world, passed in by the composition root. */
export interface Terminal {
  /** Results. */
  readonly out: (text: string) => void
  /** Everything that is not the result: notes, problems, progress. */
  readonly err: (text: string) => void
  readonly readStdin: () => Promise<string>
  /** Standard input as it comes, for what is larger than memory. Absent: there is none. */
  readonly stdin?: () => AsyncIterable<Uint8Array>
  /** Asks the user and returns the typed line; absent if standard input is not a terminal. */
  readonly ask?: (question: string) => Promise<string>
  /** Columns; 80 if there is no terminal. */
  /**
   * Shows what is being done, in one line of standard error that the next one replaces; empty: nothing. Absent: standard
   * error is not a terminal.
   */
  readonly status?: (line: string) => void
  /** Variables that name a proxy for connections to an API server; absent: none is used. */
  readonly proxy?: Readonly<Record<string, string | undefined>>
  readonly width: number
  readonly color: boolean
  readonly onSignal: (signal: 'SIGTERM' | 'SIGINT', listener: () => void) => void
  readonly exit: (code: number) => void
}

/** Prints one line on standard error, whatever the problem's text contains. */
export function complain(
  problem: string,
  { err }: Pick<Terminal, 'err'>,
  kind: 'error' | 'warning' = 'error',
) {
  err(`${kind}: ${printable(problem)}\n`)
}

/** Prints one line of what a command has done, on standard error. */
export const progress = (line: string, { err }: Pick<Terminal, 'err'>): void => err(`${printable(line)}\n`)

/** Ends a command that cannot start. @returns its exit code. */
export function refuse(problems: readonly string[], terminal: Pick<Terminal, 'err'>): number {
  for (const problem of problems) complain(problem, terminal)
  return EXIT.badInput
}
