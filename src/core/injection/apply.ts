import { RECORD_ANNOTATION } from '../model/keys.ts'
import type { Seconds } from '../model/seconds.ts'
import { type Container, type PodTemplate, STOPPING_PROBES } from '../model/workload.ts'
import { sleepHook } from './hooks.ts'
import { type Standing, withoutOurs } from './standing.ts'
import { recordTextOf, type Target } from './target.ts'

/** The template as it will be once a target stands in it: what findings about "after" look at. */
export function withTarget(template: PodTemplate, standing: Standing, target: Target): PodTemplate {
  const { grace: _, negativeGrace, ...bare } = withoutOurs(template, standing)
  const containers = bare.containers.map((container) => withHook(container, target))
  const { [RECORD_ANNOTATION]: __, ...others } = bare.annotations
  const text = recordTextOf(template, standing, target)
  const annotations = text === undefined ? others : { ...others, [RECORD_ANNOTATION]: text }
  const isLeft = negativeGrace === true && target.grace === template.grace
  return {
    ...bare,
    annotations,
    containers,
    ...(target.grace === undefined ? {} : { grace: target.grace }),
    ...(isLeft ? { negativeGrace } : {}),
  }
}

function withHook(container: Container, { sleeps, probes, form }: Target): Container {
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
