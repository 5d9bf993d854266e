import type { RolloutObject } from '../core/discovery/objects/discovery-object.ts'
import { at, isPresent, itemsOf, type JsonNode, optional, portAt, stringAt } from './json.ts'
import { type Envelope, namespacedRef } from './narrow-metadata.ts'

/**
 * The traffic of an argoproj.io Rollout. The target groups are those of ping and pong, else of stable and canary; the
 * root Service only names the action (argo-rollouts rollout/trafficrouting/alb/alb.go, getForwardActionString). Active,
 * stable and canary Services are switched once the new ReplicaSet is available; preview, ping and pong before its Pods
 * are created (rollout/service.go: reconcileActiveService, ensureSVCTargets, reconcilePingAndPongService).
 */
export function narrowRollout(envelope: Envelope): RolloutObject {
  const strategy = at(envelope.document, 'spec', 'strategy')
  const canary = at(strategy, 'canary')
  const alb = at(canary, 'trafficRouting', 'alb')
  const stable = textAt(canary, 'stableService')
  const both = [stable, textAt(canary, 'canaryService')]
  const pingPong = distinct(['pingService', 'pongService'].map((key) => textAt(canary, 'pingPong', key)))
  return {
    kind: 'Rollout',
    ref: namespacedRef(envelope),
    strategy: isPresent(at(strategy, 'blueGreen')) ? 'blue-green' : 'canary',
    ingresses: distinct([textAt(alb, 'ingress'), ...itemsOf(at(alb, 'ingresses')).map(stringAt)]),
    rootService: textAt(alb, 'rootService') || stable,
    services: pingPong.length > 0 ? pingPong : distinct(both),
    port: optional(portAt, at(alb, 'servicePort')) ?? '',
    ports: itemsOf(at(alb, 'servicePorts')).map((entry) => ({
      ingress: textAt(entry, 'ingress'),
      ports: itemsOf(at(entry, 'servicePorts')).map(portAt),
    })),
    switched: distinct([textAt(strategy, 'blueGreen', 'activeService'), ...both]),
  }
}

const textAt = (node: JsonNode, ...keys: readonly string[]): string =>
  optional(stringAt, at(node, ...keys)) ?? ''

const distinct = (names: readonly string[]): readonly string[] =>
  [...new Set(names)].filter((name) => name !== '')
