import { describe, expect, test } from 'vitest'
import type { PatchOperation } from '../../src/kubernetes/patch.ts'
import { applyToCopy, prove } from '../../src/kubernetes/proof.ts'

const pod = (grace: unknown = 75, preStop: unknown = undefined, annotations: unknown = {}) => ({
  metadata: { annotations },
  spec: { terminationGracePeriodSeconds: grace, containers: [{ name: 'app', lifecycle: { preStop } }] },
})
/** A pod of a grace period of 30 with more in its spec. */
const measured = (more: object) => {
  const { spec, ...rest } = pod(30)
  return { ...rest, spec: { ...spec, ...more } }
}
const sidecar = (restartPolicy: string, length: number) => ({
  name: 'envoy',
  restartPolicy,
  lifecycle: { preStop: { sleep: { seconds: length } } },
})
const proven = (object: unknown, operations: readonly PatchOperation[] = []) => prove(object, operations, '')
const refused = (problem: string) => ({ proven: false, problem })

describe('what the API server would refuse is not proven', () => {
  test.for<[string, unknown, string]>([
    [
      'two handlers',
      pod(75, { sleep: { seconds: 5 }, exec: {} }),
      'container app: its preStop would have 2 handlers',
    ],
    ['no handler', pod(75, {}), 'container app: its preStop would have 0 handlers'],
    ['only a null one', pod(75, { sleep: null }), 'container app: its preStop would have 0 handlers'],
    ['a hook that is a text', pod(75, 'sleep'), 'container app: its preStop would have 0 handlers'],
    [
      // 63 characters are the longest second part of a qualified name (apimachinery, util/validation).
      'a readiness gate of 64 characters',
      measured({ readinessGates: [{ conditionType: `target-health.elbv2.k8s.aws/${'b'.repeat(64)}` }] }),
      `readiness gate target-health.elbv2.k8s.aws/${'b'.repeat(64)} is not a valid name`,
    ],
    [
      'a sleep above the grace',
      pod(44, { sleep: { seconds: 45 } }),
      'container app: its preStop would sleep 45 s within a grace period of 44 s',
    ],
    [
      'above the default grace',
      pod(null, { sleep: { seconds: 31 } }),
      'container app: its preStop would sleep 31 s within a grace period of 30 s',
    ],
    [
      'a negative sleep',
      pod(75, { sleep: { seconds: -1 } }),
      'container app: its preStop would sleep -1 s within a grace period of 75 s',
    ],
    [
      'a sleep that is a text',
      pod(75, { sleep: { seconds: '5' } }),
      'container app: its preStop would sleep 5 s within a grace period of 75 s',
    ],
    [
      'any sleep within a negative grace',
      pod(-1, { sleep: { seconds: 0 } }),
      'container app: its preStop would sleep 0 s within a grace period of -1 s',
    ],
    [
      'a sleep after the start above the grace',
      measured({ containers: [{ name: 'app', lifecycle: { postStart: { sleep: { seconds: 31 } } } }] }),
      'container app: its postStart would sleep 31 s within a grace period of 30 s',
    ],
    [
      'a native sidecar’s sleep above the grace',
      measured({ initContainers: [sidecar('Always', 31)] }),
      'container envoy: its preStop would sleep 31 s within a grace period of 30 s',
    ],
    [
      'a probe’s own grace of 0',
      measured({ containers: [{ name: 'app', livenessProbe: { terminationGracePeriodSeconds: 0 } }] }),
      'container app: its livenessProbe would have a grace period of 0 s',
    ],
    ['a grace that is a text', pod('75'), 'it is not a pod template'],
    ['containers that are no list', { spec: { containers: {} } }, 'it is not a pod template'],
    // 256 KiB for keys and values together: 262144 − 1 for the key, and one too many.
    [
      'annotations over 256 KiB',
      pod(75, undefined, { k: 'x'.repeat(256 * 1024) }),
      'its annotations would exceed 256 KiB',
    ],
    [
      'counted in bytes',
      pod(75, undefined, { k: 'é'.repeat(128 * 1024) }),
      'its annotations would exceed 256 KiB',
    ],
  ])('%s', ([, object, problem]) => {
    expect(proven(object)).toEqual(refused(problem))
  })

  test.for<[string, unknown]>([
    ['no hook', pod()],
    ['a hook that is null', pod(75, null)],
    ['a sleep as long as the grace', pod(45, { sleep: { seconds: 45 } })],
    ['as long as the default grace', pod(null, { sleep: { seconds: 30 } })],
    ['another handler beside a null one', pod(75, { sleep: null, exec: { command: [] } })],
    ['annotations of 256 KiB', pod(75, undefined, { k: 'x'.repeat(256 * 1024 - 1) })],
    ['no annotations', pod(75, undefined, null)],
    [
      'a native sidecar that sleeps as long as the grace',
      measured({ initContainers: [sidecar('Always', 30)] }),
    ],
    // Refused for having a hook at all, which is nothing of ours.
    [
      'an init container that ends: it is not measured',
      measured({ initContainers: [sidecar('OnFailure', 31)] }),
    ],
    [
      'a probe’s own grace above the grace: it is not measured',
      measured({ containers: [{ name: 'app', startupProbe: { terminationGracePeriodSeconds: 600 } }] }),
    ],
  ])('proven: %s', ([, object]) => {
    expect(proven(object)).toEqual({ proven: true, patched: object })
  })
})

describe('a patch that does not apply is not proven', () => {
  const app = '/spec/containers/0'
  test.for<[string, unknown, PatchOperation]>([
    ['a parent that is not there', pod(), { op: 'add', path: `${app}/livenessProbe/x`, value: 1 }],
    ['a parent that is a text', pod(), { op: 'add', path: `${app}/name/x`, value: 1 }],
    ['nothing to remove', pod(), { op: 'remove', path: '/metadata/labels' }],
    ['nothing to replace', pod(), { op: 'replace', path: '/metadata/labels', value: {} }],
    ['a container too many', pod(), { op: 'remove', path: '/spec/containers/1/lifecycle' }],
    ['an object that is a list', [], { op: 'add', path: '/spec/x', value: 1 }],
    ['an object that is nothing', undefined, { op: 'add', path: '/spec/x', value: 1 }],
    ['a key of the language, not of the object', pod(), { op: 'add', path: '/constructor/x', value: 1 }],
  ])('%s', ([, object, operation]) => {
    expect(proven(object, [operation])).toEqual(refused('the patch does not apply to the object'))
  })
})

test('the object itself is never written to; keys are unescaped as RFC 6901 says', () => {
  const object = { metadata: { annotations: { 'a/b~c': { d: 1 } } }, spec: { containers: [{ name: 'app' }] } }
  const before = structuredClone(object)
  const patched = applyToCopy(object, [
    { op: 'add', path: '/metadata/annotations/a~1b~0c/e', value: 2 },
    { op: 'add', path: '/spec/containers/0/lifecycle', value: { preStop: { sleep: { seconds: 5 } } } },
    { op: 'replace', path: '/spec/containers/0/lifecycle/preStop', value: { sleep: { seconds: 6 } } },
  ])
  expect(patched).toEqual({
    metadata: { annotations: { 'a/b~c': { d: 1, e: 2 } } },
    spec: { containers: [{ name: 'app', lifecycle: { preStop: { sleep: { seconds: 6 } } } }] },
  })
  expect(object).toEqual(before)
})

test('nor are the operations, which are sent afterwards', () => {
  const operations: PatchOperation[] = [
    { op: 'add', path: '/a', value: { b: {} } },
    { op: 'add', path: '/a/b/c', value: 1 },
  ]
  expect(applyToCopy({}, operations)).toEqual({ a: { b: { c: 1 } } })
  expect(operations[0]).toEqual({ op: 'add', path: '/a', value: { b: {} } })
})

test('a workload is proven at its template', () => {
  const object = { spec: { template: pod(5, { sleep: { seconds: 6 } }) } }
  expect(prove(object, [], '/spec/template')).toMatchObject({ proven: false })
  expect(prove({ spec: {} }, [], '/spec/template')).toEqual(refused('it is not a pod template'))
})
