import { spawn } from 'node:child_process'
import { readStream, reasonOf } from '../manifests/read-file.ts'

/** What became of a program of the user's. */
export type ToolRun =
  | { readonly what: 'printed'; readonly text: string; readonly said: string }
  | { readonly what: 'missing' }
  | { readonly what: 'failed'; readonly reason: string }

interface Limits {
  /** Bytes of what it prints. */
  readonly bytes: number
  /** Milliseconds. */
  readonly time: number
}

/** Bytes of standard error that are kept; a message is shown up to a fraction of it (choice). */
const MOST_SAID = 2 ** 16
/** Characters of it that are shown (choice: several of helm's longest sentences). */
const LONGEST_SHOWN = 2_000

/**
 * Runs a program without a shell, with nothing on standard input, and with the environment and the folder of this
 * command. A program that does not end within the time limit, or prints more than the limit, is killed.
 */
export async function runTool(program: string, args: readonly string[], limits: Limits): Promise<ToolRun> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
  const ended = new Promise<Error | number | NodeJS.Signals>((resolve) => {
    child.once('error', resolve)
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 0))
  })
  let isLate = false
  const end = (): void => {
    child.kill('SIGKILL')
    // A program that it has started may hold them open.
    child.stdout.destroy()
    child.stderr.destroy()
  }
  const timer = setTimeout(() => {
    isLate = true
    end()
  }, limits.time)
  const printed = readStream(child.stdout, limits.bytes).catch((error: unknown) => {
    end()
    return error instanceof Error ? error : new Error(String(error))
  })
  const [text, said, code] = await Promise.all([printed, sayings(child.stderr), ended])
  clearTimeout(timer)
  if (isLate) return { what: 'failed', reason: `did not end within ${limits.time / 1_000} s` }
  if (code instanceof Error) return isMissing(code) ? { what: 'missing' } : failed(reasonOf(code))
  if (typeof text !== 'string') return failed(`printed what cannot be read: ${reasonOf(text)}`)
  if (code !== 0) return failed(`failed (${codeText(code)}): ${said === '' ? 'without a message' : said}`)
  return { what: 'printed', text, said }
}

const failed = (reason: string): ToolRun => ({ what: 'failed', reason })

const isMissing = (error: Error): boolean => 'code' in error && error.code === 'ENOENT'

const codeText = (code: number | NodeJS.Signals): string =>
  typeof code === 'number' ? `exit code ${code}` : `ended by ${code}`

/** What it says for people, in one line. */
async function sayings(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of stream) {
      if (length < MOST_SAID) chunks.push(chunk)
      length += chunk.length
    }
  } catch {
    // The program was killed: what it said before is shown.
  }
  const lines = Buffer.concat(chunks).toString('utf8').split('\n')
  const text = lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('; ')
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text
}
