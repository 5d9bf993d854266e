import { expect, test } from 'vitest'
import { workloadOfPod } from '../../../src/core/decision/pod-workload.ts'
import type { InventoryView } from '../../../src/core/inventory/inventory.ts'
import { type ObjectRef, refText } from '../../../src/core/model/object-ref.ts'
import type { Labels, Pod } from '../../../src/core/model/workload.ts'
import { podTemplate, summary } from './subjects.ts'

const inShop = (kind: string, name: string): ObjectRef => ({ kind, namespace: 'shop', name })

/** An inventory of these workloads, as `Deployment web` or `ReplicaSet web < Rollout web`, in the namespace shop. */
const knowing = (...known: readonly string[]): InventoryView => ({
  exposuresOf: () => ({ exposures: [] }),
  namespace: () => undefined,
  autoscaled: () => undefined,
  workload: (ref) => {
    const found = known.map((text) => text.split(' < ')).find(([own]) => own === `${ref.kind} ${ref.name}`)
    const [kind, name] = found?.[1]?.split(' ') ?? []
    if (found === undefined) return undefined
    return summary({ ref, ...(kind && name ? { owner: inShop(kind, name) } : {}) })
  },
})

const pod = (labels: Labels, owner?: ObjectRef): Pod => ({
  ref: inShop('Pod', 'web-6d4b-x7'),
  mirror: false,
  template: podTemplate({ labels }),
  ...(owner === undefined ? {} : { owner }),
})

const SET = inShop('ReplicaSet', 'web-6d4b')
const HASH = { 'pod-template-hash': '6d4b' }
const ROLLOUT_HASH = { 'rollouts-pod-template-hash': '6d4b' }

test.for<[string, Pod, readonly string[], string | undefined]>([
  ['nobody owns it', pod(HASH), ['Deployment web'], undefined],
  ['its Deployment', pod(HASH, SET), ['Deployment web'], 'Deployment shop/web'],
  ['its Rollout', pod(ROLLOUT_HASH, SET), ['Rollout web'], 'Rollout shop/web'],
  ['a Rollout is not told by a Deployment’s hash', pod(HASH, SET), ['Rollout web'], undefined],
  [
    'a ReplicaSet that names its owner',
    pod(HASH, SET),
    ['ReplicaSet web-6d4b < Deployment front', 'Deployment web', 'Deployment front'],
    'Deployment shop/front',
  ],
  [
    'a ReplicaSet whose owner is not known',
    pod(HASH, SET),
    ['ReplicaSet web-6d4b < Fleet web', 'Deployment web'],
    'ReplicaSet shop/web-6d4b',
  ],
  [
    'a bare ReplicaSet beside a Deployment of that name',
    pod(HASH, SET),
    ['ReplicaSet web-6d4b', 'Deployment web'],
    'ReplicaSet shop/web-6d4b',
  ],
  [
    'an owner of another API group',
    { ...pod(HASH, inShop('StatefulSet', 'web')), isOwnerForeign: true },
    ['StatefulSet web'],
    undefined,
  ],
  ['a bare ReplicaSet', pod(HASH, SET), ['ReplicaSet web-6d4b'], 'ReplicaSet shop/web-6d4b'],
  ['a ReplicaSet without the label', pod({}, SET), ['Deployment web'], undefined],
  [
    'a label that is empty',
    pod({ 'pod-template-hash': '' }, inShop('ReplicaSet', 'web-')),
    ['Deployment web'],
    undefined,
  ],
  [
    'a hash that does not end the name',
    pod({ 'pod-template-hash': '6d' }, SET),
    ['Deployment web'],
    undefined,
  ],
  [
    'a hash that is all of the name',
    pod({ 'pod-template-hash': 'web-6d4b' }, SET),
    ['Deployment web'],
    undefined,
  ],
  [
    'a name with dashes',
    pod(HASH, inShop('ReplicaSet', 'web-api-6d4b')),
    ['Deployment web-api'],
    'Deployment shop/web-api',
  ],
  ['a StatefulSet', pod(HASH, inShop('StatefulSet', 'web')), ['StatefulSet web'], 'StatefulSet shop/web'],
  [
    'another kind is not cut, though its name ends so',
    pod(HASH, inShop('StatefulSet', 'web-6d4b')),
    ['Deployment web'],
    undefined,
  ],
  ['an owner that the inventory does not know', pod(HASH, SET), [], undefined],
])('%s', ([, given, known, expected]) => {
  const found = workloadOfPod(given, knowing(...known))
  expect(found === undefined ? undefined : refText(found.ref)).toBe(expected)
})
