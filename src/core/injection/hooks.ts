import { longer, longest, type Seconds, seconds } from '../model/seconds.ts'
import type { HookForm } from '../model/settings.ts'
import type { Container, PodTemplate, PreStop } from '../model/workload.ts'
import { readCommand } from './hook-script.ts'

/** The exec form of our hook, for clusters and nodes older than Kubernetes 1.30; it needs a shell in the image. */
export const execSleep = (length: Seconds): readonly string[] => ['/bin/sh', '-c', `sleep ${length}`]

/** Our hook. */
export const sleepHook = (sleep: Seconds, form: HookForm): PreStop =>
  form === 'sleep' ? { handlers: ['sleep'], sleep } : { handlers: ['exec'], exec: execSleep(sleep) }

/** A command is read once: a decision asks for it a dozen times. */
const readings = new WeakMap<readonly string[], ReturnType<typeof readCommand>>()

function readingOf(command: readonly string[]): ReturnType<typeof readCommand> {
  const known = readings.get(command)
  if (known !== undefined) return known
  const reading = readCommand(command)
  readings.set(command, reading)
  return reading
}

/**
 * How long a hook surely holds SIGTERM back, with the server running: the length of a native sleep, the sleeps with which
 * an exec hook's command begins, or what ingress-nginx waits. Undefined where it is unknown: a sleep after something
 * else (`kill -TERM 1; sleep 25`) protects nothing.
 */
export function knownLength({ handlers, sleep, exec, shutdownGrace }: PreStop): Seconds | undefined {
  if (handlers.length !== 1) return undefined
  return sleep ?? shutdownGrace ?? (exec === undefined ? undefined : readingOf(exec).length)
}

/** The program with which a hook ends the server at once, before any sleep: `nginx`, `kill`. */
export const endsServerBy = ({ handlers, exec }: PreStop): string | undefined =>
  handlers.length === 1 && exec !== undefined ? readingOf(exec).endsBy : undefined

/** The longest preStop hook of known length, native sidecars included: their hooks start at the same moment. */
export function longestKnownHook(template: PodTemplate): Seconds {
  return longer(
    longest(template.containers.map(hookLength)),
    longest(template.nativeSidecars.map(hookLength)),
  )
}

const hookLength = ({ preStop }: Container): Seconds => (preStop && knownLength(preStop)) ?? seconds(0)

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
