import type { HookedContainer, PodHooks } from '../budget/containers.ts'
import { knownLength } from '../injection/hooks.ts'
import { longest, seconds } from '../model/seconds.ts'
import type { Settings } from '../model/settings.ts'
import type { Container, PodTemplate } from '../model/workload.ts'

/** What of a template decides its grace period. @param bare without Slackwater's work. */
export const podHooksOf = (bare: PodTemplate, settings: Pick<Settings, 'proxyContainers'>): PodHooks => ({
  containers: bare.containers.map((container) => hookedContainer(container, settings)),
  sidecarHook: longest(
    bare.nativeSidecars.map(({ preStop }) => (preStop && knownLength(preStop)) ?? seconds(0)),
  ),
  grace: bare.grace,
})

function hookedContainer(
  { name, preStop }: Container,
  { proxyContainers }: Pick<Settings, 'proxyContainers'>,
): HookedContainer {
  const isProxy = proxyContainers.includes(name)
  return preStop === undefined
    ? { name, isProxy }
    : { name, isProxy, hook: knownLength(preStop) ?? 'unknown' }
}
