import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'

/** A shell, as a person types into it: folder and variables stay from one block of commands to the next. */
export interface Session {
  /** Each line is typed once the one before has succeeded. */
  type(commands: string): Promise<Typed>
  end(): Promise<void>
}

export interface Typed {
  readonly code: number
  /** What both streams print, in their order. */
  readonly printed: string
}

/** @param environment nothing else is passed on. */
export function openSession(folder: string, environment: Readonly<Record<string, string>>): Session {
  const shell = spawn('bash', ['--noprofile', '--norc'], {
    cwd: folder,
    env: environment,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  shell.stdin.write('exec 2>&1\n')
  return {
    type: async (commands) => {
      const mark = randomUUID()
      // In a group, with its own input: what reads from it must not read the commands that follow.
      shell.stdin.write(`{ ${joined(commands)}\n} </dev/null; echo "${mark} $?"\n`)
      return await untilMark(shell, mark)
    },
    end: async () => {
      shell.stdin.end()
      if (shell.exitCode === null) await once(shell, 'close')
    },
  }
}

const joined = (commands: string): string =>
  commands
    .replaceAll(/\\\n\s*/g, '')
    .trim()
    .replaceAll('\n', ' &&\n')

async function untilMark({ stdout }: ChildProcess, mark: string): Promise<Typed> {
  const printed: Buffer[] = []
  return await new Promise((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      printed.push(chunk)
      const text = Buffer.concat(printed).toString()
      const at = text.indexOf(mark)
      if (at < 0 || !text.includes('\n', at)) return
      stdout?.off('data', take).off('close', gone)
      resolve({ printed: text.slice(0, at), code: Number(text.slice(at + mark.length)) })
    }
    const gone = (): void => reject(new Error(`the shell ended\n${Buffer.concat(printed)}`))
    stdout?.on('data', take).once('close', gone)
  })
}
