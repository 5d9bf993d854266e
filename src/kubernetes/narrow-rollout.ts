import type { RolloutObject } from '../core/discovery/objects/discovery-object.ts'
import { at, itemsOf, optional, portAt, stringAt } from './json.ts'
import { type Envelope, namespacedRef } from './narrow-metadata.ts'

/** The traffic routing of an argoproj.io Rollout (Argo Rollouts docs: ALB traffic management). */
export function narrowRollout(envelope: Envelope): RolloutObject {
  const canary = at(envelope.document, 'spec', 'strategy', 'canary')
  const alb = at(canary, 'trafficRouting', 'alb')
  const text = (...keys: readonly string[]) => optional(stringAt, at(canary, ...keys)) ?? ''
  const stable = text('stableService')
  const root = text('trafficRouting', 'alb', 'rootService') || stable
  const ping = [text('pingPong', 'pingService'), text('pingPong', 'pongService')]
  const ingresses = [text('trafficRouting', 'alb', 'ingress'), ...itemsOf(at(alb, 'ingresses')).map(stringAt)]
  return {
    kind: 'Rollout',
    ref: namespacedRef(envelope),
    ingresses: distinct(ingresses),
    rootService: root,
    services: distinct([stable, text('canaryService'), root, ...ping]),
    port: optional(portAt, at(alb, 'servicePort')) ?? '',
  }
}

const distinct = (names: readonly string[]): readonly string[] =>
  [...new Set(names)].filter((name) => name !== '')
