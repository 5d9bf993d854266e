import { expect, test } from 'vitest'
import { root } from '../../src/kubernetes/json.ts'
import { proxyWaitAt } from '../../src/kubernetes/linkerd.ts'

const WAIT = 'config.alpha.linkerd.io/proxy-wait-before-exit-seconds'

test.for<[string, Record<string, unknown>, number | undefined]>([
  ['a wait', { [WAIT]: '10' }, 10],
  ['with injection', { [WAIT]: '10', 'linkerd.io/inject': 'enabled' }, 10],
  ['none', { 'linkerd.io/inject': 'enabled' }, undefined],
  ['without injection', { [WAIT]: '10', 'linkerd.io/inject': 'disabled' }, undefined],
  ['a duration, which Linkerd refuses', { [WAIT]: '10s' }, undefined],
  ['negative', { [WAIT]: '-1' }, undefined],
  ['no text', { [WAIT]: { seconds: 10 } }, undefined],
  ['longer than any sleep', { [WAIT]: '9'.repeat(400) }, undefined],
  [
    'a native sidecar',
    { [WAIT]: '10', 'config.beta.linkerd.io/proxy-enable-native-sidecar': 'true' },
    undefined,
  ],
  ['no native sidecar', { [WAIT]: '10', 'config.linkerd.io/proxy-enable-native-sidecar': 'false' }, 10],
])('%s', ([, annotations, length]) => {
  expect(proxyWaitAt(root(annotations))?.length).toBe(length)
})
