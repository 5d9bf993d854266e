import { expect, test } from 'vitest'
import { withDesired } from '../../../src/core/injection/apply.ts'
import { ownedWorkIn } from '../../../src/core/injection/owned-work.ts'
import { container, nativeSleep, podTemplate, QUIT, s } from '../decision/subjects.ts'

test('the template as it will be: hook, grace, and the probes that we name, nothing else', () => {
  const template = podTemplate({
    grace: s(60),
    containers: [
      container('app', { probes: { livenessProbe: {}, startupProbe: { grace: s(7) } } }),
      container('log', { preStop: QUIT, probes: { livenessProbe: {} } }),
    ],
  })
  const after = withDesired(template, ownedWorkIn(template), {
    form: 'sleep',
    sleeps: new Map([['app', s(45)]]),
    grace: s(105),
    graceBefore: s(60),
    probes: new Map([['app', { livenessProbe: s(60) }]]),
  })
  expect(after.grace).toBe(105)
  expect(after.containers.map(({ preStop }) => preStop)).toEqual([nativeSleep(45), QUIT])
  expect(after.containers.map(({ probes }) => probes)).toEqual([
    { livenessProbe: { grace: 60 }, startupProbe: { grace: 7 } },
    { livenessProbe: {} },
  ])
})
