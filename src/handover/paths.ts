import { objectPath } from '../cluster/objects.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'

/** What a handover reads and writes, and where the API server has it. */
const PLACES = {
  Pod: { apiVersion: 'v1', plural: 'pods' },
  Service: { apiVersion: 'v1', plural: 'services' },
  ReplicaSet: { apiVersion: 'apps/v1', plural: 'replicasets' },
  Deployment: { apiVersion: 'apps/v1', plural: 'deployments' },
  Rollout: { apiVersion: 'argoproj.io/v1alpha1', plural: 'rollouts' },
  PodDisruptionBudget: { apiVersion: 'policy/v1', plural: 'poddisruptionbudgets' },
} as const

type PlacedKind = keyof typeof PLACES

const isPlaced = (kind: string): kind is PlacedKind => Object.hasOwn(PLACES, kind)

/** @param name absent: where all of the namespace are listed. */
export const placeOf = (kind: PlacedKind, namespace: string, name?: string): string =>
  objectPath({ ...PLACES[kind], namespace, ...(name === undefined ? {} : { name }) })

/** Undefined for kinds that a handover does not know. */
export const pathOfWorkload = ({ kind, namespace, name }: ObjectRef): string | undefined =>
  isPlaced(kind) ? placeOf(kind, namespace, name) : undefined
