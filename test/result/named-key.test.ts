import { expect, test } from 'vitest'
import { namedKey } from '../../src/result/named-key.ts'

const KEY = 'alb.ingress.kubernetes.io/target-type'
const raw = {
  metadata: { annotations: { [KEY]: 'ip' }, labels: { 'slackwater.dev/mode': 'x' } },
  spec: { template: { metadata: { annotations: { [KEY]: 'ip' } } } },
}

test.for([
  [`${KEY}: not known`, ['spec', 'template', 'metadata', 'annotations', KEY]],
  [`annotation ${KEY} on the workload is not read`, ['metadata', 'annotations', KEY]],
  ['Deployment shop/web: label slackwater.dev/mode: no mode', ['metadata', 'labels', 'slackwater.dev/mode']],
  ['Deployment shop/web has no such key as a/b', undefined],
])('%s', ([sentence = '', path]) => expect(namedKey(raw, String(sentence))).toEqual(path))

test('a word of a megabyte is looked at once', () => {
  // From each of its letters on, it would take hours.
  expect(namedKey(raw, `${'x'.repeat(1_000_000)} ${KEY}`)).toContain(KEY)
})
