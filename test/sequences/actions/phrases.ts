import type { Edit } from './edits.ts'
import type { ChangeStep, Sequence, Step } from './steps.ts'

/** Steps and edits, written briefly. */

type Verb = ChangeStep['verb']

export const by = (verb: Verb, ...edits: readonly Edit[]): ChangeStep => ({
  verb,
  edits,
  away: false,
  force: false,
})
export const forced = (...edits: readonly Edit[]): ChangeStep => ({
  ...by('server-side apply', ...edits),
  force: true,
})
export const away = (verb: Verb, ...edits: readonly Edit[]): ChangeStep => ({
  ...by(verb, ...edits),
  away: true,
})

export const grace = (seconds?: number): Edit => ({ what: 'grace', seconds })
export const image = (name: string): Edit => ({ what: 'image', container: 'app', image: name })
export const annotation = (key: string, value?: string): Edit => ({ what: 'annotation', key, value })
export const mode = (value: string, on: 'object' | 'template' = 'object'): Edit => ({
  what: 'label',
  on,
  key: 'slackwater.dev/mode',
  value,
})

export const inMode = (mode: string): Step => ({ verb: 'namespace mode', mode })

export const hook = (
  handlers:
    | Readonly<Record<string, Readonly<Record<string, number | string | readonly string[]>>>>
    | undefined,
  on: 'preStop' | 'postStart' = 'preStop',
): Edit => ({ what: 'hook', container: 'app', on, hook: handlers })

export const sleep = (seconds: number) => ({ sleep: { seconds } })
export const QUIT = { exec: { command: ['/bin/sh', '-c', 'sleep 20'] } }

export const probe = (seconds?: number): Edit => ({
  what: 'probe',
  container: 'app',
  probe: 'livenessProbe',
  value: {
    httpGet: { port: 8080 },
    ...(seconds === undefined ? {} : { terminationGracePeriodSeconds: seconds }),
  },
})

export const nativeSidecar = (seconds: number): Edit => ({
  what: 'native sidecar',
  lifecycle: { preStop: sleep(seconds) },
  present: true,
})

export const sequence = (start: readonly Edit[], ...steps: readonly Step[]): Sequence => ({
  kind: 'Deployment',
  start,
  steps,
})

export const ofPod = (start: readonly Edit[], ...steps: readonly Step[]): Sequence => ({
  kind: 'Pod',
  start,
  steps,
})
