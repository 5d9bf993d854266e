/**
 * No longer text is read: Linux starts no program with a longer argument or variable (execve(2), MAX_ARG_STRLEN: 32
 * pages of 4 KiB).
 */
export const LONGEST_SCRIPT = 131_072

const SHELL = /^(?:sh|bash|ash|dash|zsh)$/
/** `-c`, also among others: `-ec`, `-lc` (POSIX sh). The first `c` is the one, so that a long word is looked at once. */
export const COMMAND_FLAG = /^-[abd-zA-Z]*c[a-zA-Z]*$/
/** A comment, a line that goes on, a quoted part, an escaped character, the end of a command, a space, or plain text. */
const TOKEN =
  /(?<![^\s;&|()])#[^\n]*|\\\n|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([;&|()\n])|([^\S\n]+)|([^\s'"\\;&|()]+|.)/gs

/** `/usr/bin/gunicorn` → `gunicorn`. */
export const baseName = (word: string): string => word.slice(word.lastIndexOf('/') + 1)

/** The commands that a container's words start: those of its script where they are a shell and one. */
export function commandsOf(words: readonly string[]): readonly (readonly string[])[] {
  const shell = words.findIndex((word) => SHELL.test(baseName(word)))
  if (shell < 0) return [words]
  const script = scriptAfter(words.slice(shell + 1))
  return script === undefined ? [words] : shellCommands(script)
}

/** Options of the shell come before it: `-o pipefail -c "…"`. */
function scriptAfter(words: readonly string[]): string | undefined {
  const flag = words.findIndex((word) => COMMAND_FLAG.test(word))
  return flag < 0 ? undefined : words[flag + 1]
}

/**
 * The simple commands of a script, each as its words without quotes. Linear. It expands nothing, and takes what it does
 * not know (loops, substitutions) for words: good enough to find the options of a server.
 */
export function shellCommands(script: string): readonly (readonly string[])[] {
  if (script.length > LONGEST_SCRIPT) return []
  const reading = new ScriptReading()
  for (const [, single, double, escaped, end, space, plain] of script.matchAll(TOKEN)) {
    if (end !== undefined) reading.endCommand()
    else if (space !== undefined) reading.endWord()
    else reading.append(single ?? unescaped(double) ?? escaped ?? plain)
  }
  reading.endCommand()
  return reading.commands
}

const unescaped = (text: string | undefined): string | undefined =>
  text?.replace(/\\(["\\$`\n])/g, (_, char: string) => (char === '\n' ? '' : char))

class ScriptReading {
  readonly commands: string[][] = []
  #words: string[] = []
  #parts: string[] = []

  /** Undefined: nothing that counts. */
  append(text: string | undefined): void {
    if (text !== undefined) this.#parts.push(text)
  }

  endWord(): void {
    if (this.#parts.length > 0) this.#words.push(this.#parts.join(''))
    this.#parts = []
  }

  endCommand(): void {
    this.endWord()
    if (this.#words.length > 0) this.commands.push(this.#words)
    this.#words = []
  }
}
