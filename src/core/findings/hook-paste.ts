import { execSleep, knownLength } from '../injection/hooks.ts'
import { type Seconds, seconds, subtract } from '../model/seconds.ts'
import { DEFAULT_GRACE, type PreStop } from '../model/workload.ts'
import { COMMAND_FLAG } from '../servers/shell-words.ts'
import { inTemplate, type PasteAt, type PasteMapping } from './paste.ts'
import type { Situation } from './rule.ts'

/** A container and the preStop hook that it should have. */
export interface HookFix {
  readonly container: string
  readonly preStop: PasteMapping
}

/**
 * The hooks with the grace period that they need, where the pod has less.
 * @param annotations what has to be stated so that the numbers stay as they are.
 */
export function hooksPaste(
  situation: PasteAt & Pick<Situation, 'budget'>,
  fixes: readonly HookFix[],
  { grace = situation.budget.grace, annotations }: HooksPasteParts = {},
): string {
  const isLonger = grace > (situation.budget.graceBefore ?? DEFAULT_GRACE)
  return inTemplate(situation, {
    ...(annotations === undefined ? {} : { metadata: { annotations } }),
    spec: {
      ...(isLonger ? { terminationGracePeriodSeconds: grace } : {}),
      containers: fixes.map(({ container, preStop }) => ({ name: container, lifecycle: { preStop } })),
    },
  })
}

interface HooksPasteParts {
  readonly grace?: Seconds
  readonly annotations?: PasteMapping
}

/** A new hook in the form in which Slackwater writes its own. */
export const sleepingHook = (length: Seconds, form: Situation['hookForm'] = 'sleep'): PasteMapping =>
  form === 'exec' ? { exec: { command: execSleep(length) } } : { sleep: { seconds: length } }

/** The same hook with another length; undefined where its text does not show how. */
export function hookOfLength(hook: PreStop, length: Seconds): PasteMapping | undefined {
  const had = knownLength(hook)
  if (had === undefined || hook.shutdownGrace !== undefined) return undefined
  if (hook.sleep !== undefined) return { sleep: { seconds: length } }
  const { exec = [] } = hook
  const [program = '', , ...others] = exec
  if (/(?:^|\/)sleep$/.test(program) && others.length === 0)
    return provenHook([program, String(length)], length)
  const longer = had < length ? subtract(length, had) : seconds(0)
  const rewritten = withScript(exec, (script) => {
    const first = LEADING_SLEEP.exec(script)
    if (first !== null && Number(first[2]) === had)
      return `${first[1]}${length}${script.slice(first[0].length)}`
    return longer > 0 ? `sleep ${longer} && ${script}` : script
  })
  return rewritten === undefined ? undefined : provenHook(rewritten, length)
}

/** `sleep 5` at the beginning of a script. */
const LEADING_SLEEP = /^(\s*sleep\s+)(\d+)(?![\w.])/

/** The same command after a sleep: whatever it does, it does so later. Undefined for a hook that is no command. */
export function hookAfterSleep({ handlers, exec }: PreStop, length: Seconds): PasteMapping | undefined {
  if (handlers.length !== 1 || exec === undefined || exec.length === 0) return undefined
  const inShell = withScript(exec, (script) => `sleep ${length} && ${script}`)
  return provenHook(inShell ?? ['/bin/sh', '-c', `sleep ${length} && ${exec.map(quoted).join(' ')}`], length)
}

/** Only a command whose length is read as the one that is wanted. */
const provenHook = (command: readonly string[], length: Seconds): PasteMapping | undefined =>
  knownLength({ handlers: ['exec'], exec: command }) === length ? { exec: { command } } : undefined

/** `sh -c SCRIPT` with another script; undefined for a command that is none. */
function withScript(
  words: readonly string[],
  change: (script: string) => string,
): readonly string[] | undefined {
  const at = words.findIndex((word) => COMMAND_FLAG.test(word)) + 1
  const script = words[at]
  const isShell = /(?:^|\/)(?:sh|bash|ash|dash)$/.test(words[0] ?? '')
  if (!isShell || at === 0 || script === undefined) return undefined
  return words.map((word, index) => (index === at ? change(script) : word))
}

/** A word as a shell reads it. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
