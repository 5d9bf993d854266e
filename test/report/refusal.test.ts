import { expect, test } from 'vitest'
import { refusalOf } from '../../src/report/refusal.ts'
import {
  container,
  nativeSleep,
  ourTemplate,
  podTemplate,
  s,
  stating,
  subject,
} from '../core/decision/subjects.ts'

const of = (wanted: Parameters<typeof podTemplate>[0]) =>
  refusalOf(subject({ template: podTemplate(wanted) }))
const GRACE_OF_OURS = { 'slackwater.dev/injected': '{"grace":{"before":null,"after":90},"sleep":{}}' }
const SLEEPER = container('app', { preStop: nativeSleep(60) })

test('nothing of ours, nothing refused: a template that is refused anyway is not stored', () => {
  expect(of({ containers: [SLEEPER], grace: s(90) })).toBeUndefined()
})

test('a sleep of the user’s that only our grace period bears', () => {
  expect(of({ containers: [SLEEPER], grace: s(90), annotations: GRACE_OF_OURS })).toEqual({
    likelihood: 'if-changed',
    sleepSeconds: 60,
    requests: [
      'creates or replaces it from a manifest with the sleep of 60 s in app and without the grace period for it',
    ],
  })
})

test('surely, where its source states a grace period below it', () => {
  const stated = stating(40)
  expect(of({ containers: [SLEEPER], grace: s(90), annotations: GRACE_OF_OURS, stated })).toEqual({
    likelihood: 'certain',
    sleepSeconds: 60,
    statedGraceSeconds: 40,
    requests: ['states a grace period of 40 s, below the sleep of 60 s in app, as its manifest does now'],
  })
})

test('a sleep after the start counts, and a native sidecar’s: beside ours of 45', () => {
  const template = ourTemplate(45, 75, {
    containers: [container('app', { preStop: nativeSleep(45), postStartSleep: s(50) })],
    nativeSidecars: [container('proxy', { preStop: nativeSleep(60) })],
  })
  expect(refusalOf(subject({ template }))).toEqual({
    likelihood: 'if-changed',
    sleepSeconds: 60,
    requests: [
      'creates or replaces it from a manifest with the sleep of 60 s in app and proxy and without the grace period for it',
      'adds its own preStop to app',
      'states a grace period below 45 s',
    ],
  })
})

test('what the source states by now is no matter of ours', () => {
  const stated = { ...stating(90), hooks: new Map([['app', nativeSleep(60)]]) }
  expect(of({ containers: [SLEEPER], grace: s(90), annotations: GRACE_OF_OURS, stated })).toBeUndefined()
})
