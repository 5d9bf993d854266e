import { describe, expect, test } from 'vitest'
import { liveGates } from '../../../src/core/gates/live-gates.ts'
import type { AwsController } from '../../../src/core/model/exposure.ts'
import { settingsWith } from '../exposures.ts'
import { type Asked, AUTO_LABEL, LBC_LABEL, namespace, seen, webhook } from './world.ts'

const ON = { [LBC_LABEL]: 'enabled' }

function gatesOf(asked: Asked, isKnown = true) {
  const facts = namespace(asked)
  return liveGates(
    {
      namespaces: () => (isKnown ? [facts] : []),
      namespace: (name) => (isKnown && name === facts.name ? facts : undefined),
      lbc: () => seen(asked.controller),
    },
    settingsWith(asked.settings ?? {}),
  )
}

describe('the label of a namespace is settled', () => {
  test.for<[string, Asked]>([
    ['where ours stands', { labels: ON, recorded: ON }],
    ['where somebody else has set it', { labels: ON }],
    ['where somebody has set another value', { labels: { [LBC_LABEL]: 'disabled' } }],
    ['where somebody has removed ours', { recorded: ON }],
    ['where it is only told', { settings: { namespaceLabels: 'report' } }],
    ['where it is switched off', { settings: { namespaceLabels: 'off' } }],
    [
      'where it must wait for ready replicas of the controller',
      { controller: { webhooks: [webhook({ failurePolicy: 'Fail' })], ready: 0 } },
    ],
    ['where none is set, ever', { name: 'kube-system' }],
  ])('%s', ([, asked]) => {
    expect(gatesOf(asked).isSettled(asked.name ?? 'shop', 'lbc')).toBe(true)
  })

  test('of a namespace that is not known: nobody could set it', () => {
    expect(gatesOf({}, false).isSettled('shop', 'lbc')).toBe(true)
  })
})

test('a label that is on hold, or held back, is settled: nobody waits for it', () => {
  const facts = namespace({})
  const view = { namespaces: () => [facts], namespace: () => facts, lbc: () => seen() }
  const held = liveGates(view, settingsWith({}), () => 'a gate is stuck')
  expect(held.isSettled('shop', 'lbc')).toBe(true)
  const workload = { kind: 'StatefulSet', namespace: 'shop', name: 'queue' }
  const gatedPeers = () => ({ workload, service: { ...workload, kind: 'Service' } })
  expect(liveGates({ ...view, gatedPeers }, settingsWith({})).isSettled('shop', 'lbc')).toBe(true)
})

describe('the label of a namespace is not settled', () => {
  test.for<[string, AwsController, Asked]>([
    ['while it is about to be set', 'lbc', {}],
    ['while the other controller’s stands', 'auto-mode', { labels: ON, recorded: ON }],
    ['while Auto Mode’s stands', 'lbc', { labels: { [AUTO_LABEL]: 'enabled' } }],
  ])('%s', ([, controller, asked]) => {
    expect(gatesOf(asked).isSettled('shop', controller)).toBe(false)
  })
})
