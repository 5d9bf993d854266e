import { longest, type Seconds, seconds } from '../model/seconds.ts'
import type { HookForm } from '../model/settings.ts'
import type { Container, PodTemplate, PreStop } from '../model/workload.ts'

/** Seconds in each unit that coreutils' `sleep` accepts as a suffix. */
const UNIT: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }

const SHELL = /^(?:\/(?:usr\/)?bin\/)?(?:sh|bash|ash|dash)$/
const SHELL_COMMAND_FLAG = /^-[a-z]*c$/
const SLEEP_PROGRAM = /^(?:\/(?:usr\/)?bin\/)?sleep$/
const DURATION = /^(\d+(?:\.\d+)?)([smhd]?)$/
/** A script that begins with a sleep. A single `&` would send it to the background, so it does not count. */
const LEADING_SLEEP =
  /^\s*(?:exec\s+)?(?:\/(?:usr\/)?bin\/)?sleep\s+(\d+(?:\.\d+)?[smhd]?)\s*(?:$|[;\n]|&&|\|)/

/** The exec form of our hook, for clusters and nodes older than Kubernetes 1.30; it needs a shell in the image. */
export const execSleep = (length: Seconds): readonly string[] => ['/bin/sh', '-c', `sleep ${length}`]

/** Our hook. */
export const sleepHook = (sleep: Seconds, form: HookForm): PreStop =>
  form === 'sleep' ? { handlers: ['sleep'], sleep } : { handlers: ['exec'], exec: execSleep(sleep) }

/**
 * How long a hook surely holds SIGTERM back: the length of a native sleep, or of an exec whose command begins
 * with a sleep. Undefined where it is unknown: a sleep after something else (`kill -TERM 1; sleep 25`)
 * protects nothing.
 */
export function knownLength(hook: PreStop): Seconds | undefined {
  if (hook.handlers.length !== 1) return undefined
  return hook.sleep ?? (hook.exec === undefined ? undefined : execLength(hook.exec))
}

function execLength([program = '', ...args]: readonly string[]): Seconds | undefined {
  if (SLEEP_PROGRAM.test(program)) return args.length === 1 ? parseDuration(args[0] ?? '') : undefined
  const [flag = '', script = ''] = args
  if (!SHELL.test(program) || !SHELL_COMMAND_FLAG.test(flag)) return undefined
  return parseDuration(LEADING_SLEEP.exec(script)?.[1] ?? '')
}

function parseDuration(text: string): Seconds | undefined {
  const [, count, unit = ''] = DURATION.exec(text) ?? []
  const length = count === undefined ? Number.NaN : Math.floor(Number(count) * (UNIT[unit] ?? 1))
  // A length beyond whole numbers would give a grace period that the API server cannot decode.
  return Number.isSafeInteger(length) ? seconds(length) : undefined
}

/** The longest preStop hook of known length, native sidecars included: their hooks start at the same moment. */
export function longestKnownHook(template: PodTemplate): Seconds {
  const all = [...template.containers, ...template.nativeSidecars]
  return longest(
    all.flatMap(({ preStop }) => (preStop === undefined ? [] : [knownLength(preStop) ?? seconds(0)])),
  )
}

/** Whether a hook is the one that we would write: exactly this sleep, in this form. */
export function isSleepOf(hook: PreStop, length: Seconds, form: HookForm): boolean {
  if (form === 'sleep') return hook.sleep === length
  const wanted = execSleep(length)
  return hook.exec?.length === wanted.length && wanted.every((word, index) => hook.exec?.[index] === word)
}

/** Whether the source states the hook that we would write: then it is the user's. */
export function isStated(
  { stated }: Pick<PodTemplate, 'stated'>,
  name: string,
  { length, form }: { readonly length: Seconds; readonly form: HookForm },
): boolean {
  const hook = stated?.hooks.get(name)
  return hook !== undefined && isSleepOf(hook, length, form)
}

/** Regular containers to which a hook can be given: those that have none. */
export const withoutHook = (template: PodTemplate): readonly Container[] =>
  template.containers.filter(({ preStop }) => preStop === undefined)
