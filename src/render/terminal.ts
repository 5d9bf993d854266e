import { printable } from '../core/model/printable.ts'
import { EXIT } from '../judgement/exit.ts'

/** What a command may do to the world outside: handed in by the composition root. */
export interface Terminal {
  /** Results. */
  readonly out: (text: string) => void
  /** Everything that is not the result: notes, problems, progress. */
  readonly err: (text: string) => void
  readonly readStdin: () => Promise<string>
  /** Asks whoever sits there, and gives the line that is typed; absent where standard input is no terminal. */
  readonly ask?: (question: string) => Promise<string>
  /** Columns; 80 where there is no terminal. */
  readonly width: number
  readonly colour: boolean
  readonly onSignal: (signal: 'SIGTERM' | 'SIGINT', listener: () => void) => void
  readonly exit: (code: number) => void
}

/** One line for people on standard error, whatever the problem's text holds. */
export function complain(
  problem: string,
  { err }: Pick<Terminal, 'err'>,
  kind: 'error' | 'warning' = 'error',
) {
  err(`${kind}: ${printable(problem)}\n`)
}

/** Ends a command that cannot begin. @returns its exit code. */
export function refuse(problems: readonly string[], terminal: Pick<Terminal, 'err'>): number {
  for (const problem of problems) complain(problem, terminal)
  return EXIT.badInput
}
