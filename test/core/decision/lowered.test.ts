import { describe, expect, test } from 'vitest'
import { NO_OVERRIDES } from '../../../src/core/model/overrides.ts'
import { container, decided, nativeSleep, ourTemplate, podTemplate, s, said, told } from './subjects.ts'

/** A policy lowers what Slackwater wrote: 45 + 30 = 75 in the record, 60 in the template. */
const lowered = ourTemplate(45, 75, { grace: s(60) })
const created = { template: lowered, change: 'new' as const }
const updated = { template: lowered, stored: lowered, change: 'changed' as const }

describe('what something lowered after us stays', () => {
  test('asked again at the creation, and at a later update', () => {
    expect(told(decided(created))).toEqual([])
    expect(told(decided(updated))).toEqual([])
  })

  test('asked again in an update that was stored before the policy: our own answer is another record', () => {
    const before = podTemplate({ ...ourTemplate(), annotations: {} })
    expect(told(decided({ template: lowered, stored: before, change: 'changed' }))).toEqual([])
  })

  test('where only the grace period was ours', () => {
    const template = podTemplate({
      grace: s(90),
      annotations: { 'slackwater.dev/injected': '{"grace":{"before":null,"after":130},"sleep":{}}' },
      containers: [container('app', { preStop: nativeSleep(80) })],
    })
    expect(told(decided({ template, stored: template, change: 'changed' }))).toEqual([])
  })

  test('in the update after which it is lower for the first time: a policy that was installed since, or a user', () => {
    const given = { template: lowered, stored: ourTemplate(), change: 'changed' as const }
    expect(told(decided(given))).toEqual([])
  })
})

describe('Helm 3 writes what its chart states over ours: the source had stated 60, which became 45 + 60 = 105', () => {
  const record = { 'slackwater.dev/injected': '{"grace":{"before":60,"after":105},"sleep":{"app":45}}' }
  const template = (grace: number) => ourTemplate(45, 105, { grace: s(grace), annotations: record })
  const upgrade = (grace: number) =>
    told(decided({ template: template(grace), stored: template(105), change: 'changed' }))

  test('the same 60 is raised again', () => {
    expect(upgrade(60)).toEqual(['set-grace 105'])
  })

  test('a chart that states 70 now gets 45 + 70', () => {
    expect(upgrade(70)).toEqual(['set-grace 115', 'write-record'])
  })

  test('what is stored that low already was lowered by something else, and stays', () => {
    expect(told(decided({ template: template(60), stored: template(60), change: 'changed' }))).toEqual([])
  })
})

describe('what a user states under it counts', () => {
  test('sleep-seconds: 20 s, and the 60 that are there', () => {
    const given = { ...updated, overrides: { ...NO_OVERRIDES, sleep: said(s(20)) } }
    expect(told(decided(given))).toEqual(['set-grace 80', 'replace-hook 0 20', 'write-record'])
  })

  test('assume: none takes the hook away', () => {
    const given = { ...updated, overrides: { ...NO_OVERRIDES, assume: said('none' as const) } }
    expect(told(decided(given))).toContain('remove-hook 0')
  })
})

test('a container that was added gets the sleep of the application, not that of its proxy', () => {
  const template = podTemplate({
    grace: s(66),
    annotations: {
      'slackwater.dev/injected': '{"grace":{"before":null,"after":70},"sleep":{"app":35,"istio-proxy":65}}',
    },
    containers: [
      container('app', { preStop: nativeSleep(35) }),
      container('istio-proxy', { preStop: nativeSleep(65) }),
      container('new'),
    ],
  })
  const given = { template, stored: template, change: 'changed' as const }
  expect(told(decided({ ...given, overrides: { ...NO_OVERRIDES, graceful: true } }))).toContain(
    'add-hook 2 35',
  )
})
