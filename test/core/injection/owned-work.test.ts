import { describe, expect, test } from 'vitest'
import { withDesired } from '../../../src/core/injection/apply.ts'
import { asItStands, changesTo, nothingOfOurs } from '../../../src/core/injection/desired.ts'
import { isNothing, ownedWorkIn, withoutOurs } from '../../../src/core/injection/owned-work.ts'
import { RECORD_ANNOTATION } from '../../../src/core/model/keys.ts'
import type { PodTemplate } from '../../../src/core/model/workload.ts'
import {
  container,
  exec,
  nativeSleep,
  ourTemplate,
  podTemplate,
  QUIT,
  s,
  told,
} from '../decision/subjects.ts'

const recorded = (text: string, wanted: Partial<PodTemplate>): PodTemplate =>
  podTemplate({ annotations: { [RECORD_ANNOTATION]: text }, ...wanted })

const undone = (template: PodTemplate) => {
  const ownedWork = ownedWorkIn(template)
  return told({ changes: changesTo(template, ownedWork, nothingOfOurs(template, ownedWork)) })
}

describe('only what still stands as we wrote it is ours', () => {
  test('a hook of another length, a grace of another length and another probe’s grace are the user’s', () => {
    const template = recorded(
      '{"grace":{"before":null,"after":75},"sleep":{"app":45},"probes":{"app":{"livenessProbe":30}}}',
      {
        grace: s(80),
        containers: [
          container('app', { preStop: nativeSleep(40), probes: { livenessProbe: { grace: s(10) } } }),
        ],
      },
    )
    expect(isNothing(ownedWorkIn(template))).toBe(true)
    expect(withoutOurs(template, ownedWorkIn(template))).toBe(template)
  })

  test('a record that nobody can read is no work of ours, and is not ours to remove', () => {
    const template = recorded('nonsense', { containers: [container('app', { preStop: nativeSleep(45) })] })
    expect(ownedWorkIn(template)).toMatchObject({ recorded: true, unreadable: true })
    expect(undone(template)).toEqual([])
  })

  test('a record without its hooks is stale: it goes, and nothing else', () => {
    expect(undone(recorded('{"sleep":{"gone":45}}', {}))).toEqual(['remove-record'])
  })

  test('our handler beside a user’s is contested, in both forms', () => {
    const native = recorded('{"sleep":{"app":45}}', {
      containers: [
        container('app', { preStop: { handlers: ['exec', 'sleep'], sleep: s(45), exec: ['/quit'] } }),
      ],
    })
    const inShell = recorded('{"form":"exec","sleep":{"app":45}}', {
      containers: [
        container('app', {
          preStop: { handlers: ['exec', 'sleep'], sleep: s(60), exec: ['/bin/sh', '-c', 'sleep 45'] },
        }),
      ],
    })
    expect([...ownedWorkIn(native).contested]).toEqual([['app', 45]])
    expect(withoutOurs(native, ownedWorkIn(native)).containers[0]?.preStop).toEqual(QUIT)
    expect([...ownedWorkIn(inShell).contested]).toEqual([['app', 45]])
    expect(withoutOurs(inShell, ownedWorkIn(inShell)).containers[0]?.preStop).toEqual(nativeSleep(60))
  })
})

describe('undoing gives back what was there', () => {
  test('an absent grace period, a lifecycle and annotations that we created', () => {
    const template = recorded(
      '{"grace":{"before":null,"after":75},"sleep":{"app":45},' +
        '"created":{"annotations":true,"lifecycle":["app"]}}',
      {
        grace: s(75),
        containers: [container('app', { preStop: nativeSleep(45) })],
      },
    )
    const ownedWork = ownedWorkIn(template)
    const changes = changesTo(template, ownedWork, nothingOfOurs(template, ownedWork))
    expect(changes).toEqual([
      { kind: 'remove-grace', from: 75 },
      { kind: 'remove-hook', container: 0, from: 'lifecycle' },
      { kind: 'remove-record', from: 'annotations' },
    ])
  })

  test('a lifecycle and annotations in which something of the user’s stands by now stay', () => {
    const template = recorded(
      '{"grace":{"before":60,"after":105},"sleep":{"app":45},' +
        '"created":{"annotations":true,"lifecycle":["app"]}}',
      {
        grace: s(105),
        foreignAnnotationBytes: 12,
        containers: [container('app', { preStop: nativeSleep(45), onlyPreStop: false })],
      },
    )
    const ownedWork = ownedWorkIn(template)
    expect(changesTo(template, ownedWork, nothingOfOurs(template, ownedWork))).toEqual([
      { kind: 'set-grace', from: 105, to: 60 },
      { kind: 'remove-hook', container: 0, from: 'preStop' },
      { kind: 'remove-record', from: 'annotation' },
    ])
  })

  test('the grace stays where a sleep that a user has written since would be refused without it', () => {
    const template = ourTemplate(45, 75, {
      containers: [
        container('app', { preStop: nativeSleep(45) }),
        container('log', { preStop: nativeSleep(31) }),
      ],
    })
    // log's 31 > the 30 that was there before us.
    expect(undone(template)).toEqual(['remove-hook 0', 'remove-record'])
  })

  test('so it does where that sleep stands beside our own exec', () => {
    const template = recorded('{"grace":{"before":30,"after":75},"form":"exec","sleep":{"app":45}}', {
      grace: s(75),
      containers: [
        container('app', {
          preStop: { handlers: ['exec', 'sleep'], sleep: s(60), exec: ['/bin/sh', '-c', 'sleep 45'] },
        }),
      ],
    })
    // A grace of 30 under a sleep of 60 would be refused.
    expect(undone(template)).toEqual(['remove-handler 0', 'remove-record'])
  })

  test('a probe’s grace goes with the hook for whose sake it was written', () => {
    const template = recorded('{"sleep":{"app":45},"probes":{"app":{"livenessProbe":30}}}', {
      grace: s(75),
      containers: [
        container('app', { preStop: QUIT, probes: { livenessProbe: { grace: s(30) }, startupProbe: {} } }),
      ],
    })
    const ownedWork = ownedWorkIn(template)
    expect(told({ changes: changesTo(template, ownedWork, asItStands(template, ownedWork)) })).toEqual([
      'remove-probe-grace 0 livenessProbe',
      'remove-record',
    ])
    expect(withoutOurs(template, ownedWork).containers[0]?.probes).toEqual({
      livenessProbe: {},
      startupProbe: {},
    })
  })
})

test('a hook of ours in the other form is replaced, not added beside', () => {
  const template = ourTemplate()
  const ownedWork = ownedWorkIn(template)
  const desired = { ...asItStands(template, ownedWork), form: 'exec' as const }
  expect(told({ changes: changesTo(template, ownedWork, desired) })).toEqual([
    'replace-hook 0 45',
    'write-record',
  ])
  expect(withDesired(template, ownedWork, desired).containers[0]?.preStop).toEqual(
    exec('/bin/sh', '-c', 'sleep 45'),
  )
})

test('the template as it will be carries the record as it will be', () => {
  const template = ourTemplate()
  const ownedWork = ownedWorkIn(template)
  const lower = { ...asItStands(template, ownedWork), sleeps: new Map([['app', s(20)]]), grace: s(50) }
  expect(withDesired(template, ownedWork, lower).annotations).toEqual({
    [RECORD_ANNOTATION]: '{"grace":{"before":null,"after":50},"sleep":{"app":20}}',
  })
  expect(withDesired(template, ownedWork, nothingOfOurs(template, ownedWork)).annotations).toEqual({})
})
