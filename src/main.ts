import type { Terminal } from './render/terminal.ts'

/**
 * The composition root: the only code that reads arguments and environment (except KUBECONFIG, which is read together
 * with the kubeconfig), and the only code that ends the process. Everything else is imported after the compile cache
 * is on, and only as far as the command needs it.
 */

/** Not 1, which means that there are findings. */
const UNEXPECTED = 2

/**
 * `engines` in package.json; npm only warns about it, and an older Node.js fails with unclear errors. This file must stay
 * such that it can be read by old versions, and may import nothing before this check.
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `error: Slackwater needs Node.js 22.19 or newer; this is ${process.versions.node}. ` +
      `Install a newer one, or let npm bring it: npx -p node@24 node ${process.argv[1] ?? ''}\n`,
  )
  process.exit(UNEXPECTED)
}

process.getBuiltinModule('node:module').enableCompileCache()

const { printableLines } = await import('./core/model/printable.ts')
const { canReplaceLines, wantsColor } = await import('./cli/appearance.ts')
const { runProgram } = await import('./cli/program.ts')

/** Loaded on demand: not every command reads it. */
const readAll = async (): Promise<string> => {
  const { readStandardInput } = await import('./cli/standard-input.ts')
  return readStandardInput(process.stdin)
}

const ask = async (question: string): Promise<string> => {
  const { createInterface } = await import('node:readline/promises')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')))
  const answer = await Promise.race([lines.question(question), ended])
  lines.close()
  return answer
}

/** Shorter than the terminal: a line that wraps could not be replaced. */
const status = (line: string): void =>
  void process.stderr.write(`\r\u001b[2K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`)

// A reader that closes the pipe, such as `head`, is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

/** A relative path means nothing there. */
const isFolderGone = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && error.syscall === 'uv_cwd'

/** Standard output is a file, and its disk is full. */
const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')

// Ends as Node.js does after an uncaught error, but escapes its text, which may quote input.
process.on('uncaughtException', (error: unknown) => {
  if (isFolderGone(error)) {
    process.stderr.write(
      'error: the current folder is gone: change to one that exists, or give absolute paths\n',
    )
    process.exit(UNEXPECTED)
  }
  if (isDiskFull(error)) {
    process.stderr.write('error: the output cannot be written: no space left\n')
    process.exit(UNEXPECTED)
  }
  process.stderr.write(
    `${printableLines(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`,
  )
  process.exit(UNEXPECTED)
})

// An error of standard error cannot be reported anywhere.
process.stderr.on('error', () => undefined)

/** `slackwater`, or the name by which kubectl calls a plugin; the file of the bundle is `main.js`. */
const calledAs = (process.argv[1] ?? '').replace(/^.*[/\\]/, '').replace(/\.js$/, '')

const terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  readStdin: readAll,
  stdin: () => process.stdin,
  ...(canReplaceLines(process.env, process.stderr.isTTY) ? { status } : {}),
  proxy: process.env,
  ...(process.stdin.isTTY === true ? { ask } : {}),
  width: process.stdout.columns ?? 80,
  color: wantsColor(process.env, process.stdout.isTTY),
  onSignal: (signal, listener) => void process.on(signal, listener),
  exit: (code) => process.exit(code),
} satisfies Terminal

process.exitCode = await runProgram(process.argv.slice(2), terminal, calledAs)
