import { describe, expect, test } from 'vitest'
import { longestAllowed, longestMeasured, sleepingAbove } from '../../../src/core/injection/measured.ts'
import type { PodTemplate } from '../../../src/core/model/workload.ts'
import { container, exec, nativeSleep, podTemplate, s } from '../decision/subjects.ts'

// kubernetes 1.35, pkg/apis/core/validation/validation.go: validateSleepAction is called for these, and no others.
describe('what the API server measures against the grace period', () => {
  test.for<[string, Partial<PodTemplate>, number]>([
    ['nothing', {}, 0],
    ['a sleep before SIGTERM', { containers: [container('app', { preStop: nativeSleep(50) })] }, 50],
    ['a sleep after the start', { containers: [container('app', { postStartSleep: s(50) })] }, 50],
    [
      'a native sidecar’s, either',
      { nativeSidecars: [container('proxy', { preStop: nativeSleep(40), postStartSleep: s(60) })] },
      60,
    ],
    [
      'no command, however long it sleeps',
      { containers: [container('app', { preStop: exec('sleep', '99') })] },
      0,
    ],
    [
      'no grace of a probe',
      { containers: [container('app', { probes: { livenessProbe: { grace: s(99) } } })] },
      0,
    ],
    [
      'the longest of all',
      { containers: [container('a', { preStop: nativeSleep(5) }), container('b', { postStartSleep: s(7) })] },
      7,
    ],
  ])('%s', ([, template, longest]) => {
    expect(longestMeasured(podTemplate(template))).toBe(longest)
  })

  test('it takes a sleep as long as the grace period, and none within a negative one', () => {
    expect(longestAllowed({ grace: s(45) })).toBe(45)
    expect(longestAllowed({})).toBe(30)
    expect(longestAllowed({ grace: s(1), negativeGrace: true })).toBeLessThan(0)
  })

  test('the containers above a limit are named', () => {
    const template = podTemplate({
      containers: [container('a', { preStop: nativeSleep(45) }), container('b', { postStartSleep: s(46) })],
      nativeSidecars: [container('c', { preStop: nativeSleep(60) })],
    })
    expect(sleepingAbove(template, s(45))).toEqual(['b', 'c'])
  })
})
