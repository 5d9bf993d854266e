import { RECORD_ANNOTATION } from '../model/keys.ts'
import type { Seconds } from '../model/seconds.ts'
import { type Container, type PodTemplate, STOPPING_PROBES } from '../model/workload.ts'
import { type Desired, recordTextOf } from './desired.ts'
import { sleepHook } from './hooks.ts'
import { type OwnedWork, withoutOurs } from './owned-work.ts'

/** The template after the desired changes: the findings about "after" use it. */
export function withDesired(template: PodTemplate, ownedWork: OwnedWork, desired: Desired): PodTemplate {
  const { grace: _, negativeGrace, ...bare } = withoutOurs(template, ownedWork)
  const containers = bare.containers.map((container) => withHook(container, desired))
  const { [RECORD_ANNOTATION]: __, ...others } = bare.annotations
  const text = recordTextOf(template, ownedWork, desired)
  const annotations = text === undefined ? others : { ...others, [RECORD_ANNOTATION]: text }
  const isLeft = negativeGrace === true && desired.grace === template.grace
  return {
    ...bare,
    annotations,
    containers,
    ...(desired.grace === undefined ? {} : { grace: desired.grace }),
    ...(isLeft ? { negativeGrace } : {}),
  }
}

function withHook(container: Container, { sleeps, probes, form }: Desired): Container {
  const sleep = sleeps.get(container.name)
  if (sleep === undefined) return container
  const graces = probes.get(container.name) ?? {}
  const merged = { ...container.probes }
  for (const probe of STOPPING_PROBES) {
    const grace: Seconds | undefined = graces[probe]
    if (grace !== undefined) merged[probe] = { grace }
  }
  return { ...container, preStop: sleepHook(sleep, form), probes: merged }
}
