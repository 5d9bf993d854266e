/** A workflow command as GitHub's runner reads it. */
export interface WorkflowCommand {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly message: string
}

const unescaped = (text: string, pairs: readonly (readonly [string, string])[]): string =>
  pairs.reduce((before, [code, character]) => before.replaceAll(code, character), text)

// actions/runner, src/Runner.Common/ActionCommand.cs: the escape mappings; the percent sign is the last.
const DATA = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%25', '%'],
] as const
const PROPERTY = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%3A', ':'],
  ['%2C', ','],
  ['%25', '%'],
] as const

/**
 * Reads a line as the runner does (actions/runner, ActionCommand.TryParseV2): behind white space `::`, then the name and
 * the properties up to the next `::`. Undefined: it is no command.
 */
export function commandIn(line: string): WorkflowCommand | undefined {
  const text = line.trimStart()
  const end = text.indexOf('::', 2)
  if (!text.startsWith('::') || end < 0) return undefined
  const info = text.slice(2, end)
  const space = info.indexOf(' ')
  const name = space < 0 ? info : info.slice(0, space)
  const pairs =
    space < 0
      ? []
      : info
          .slice(space + 1)
          .trim()
          .split(',')
  const properties = pairs.map((pair) => {
    const at = pair.indexOf('=')
    return [pair.slice(0, at), unescaped(pair.slice(at + 1), PROPERTY)] as const
  })
  return { name, properties: Object.fromEntries(properties), message: unescaped(text.slice(end + 2), DATA) }
}
