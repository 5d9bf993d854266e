import { describe, expect, test } from 'vitest'
import { admit } from '../../src/admission/admit.ts'
import { type AdmissionRequest, reviewOf } from '../../src/admission/review.ts'
import type { Settings } from '../../src/core/model/settings.ts'
import { linesShown } from '../docs-commands/sample.ts'
import { deployment, injected, type JsonObject, knowing, podOf, requestFor, template } from './world.ts'

/** What people hear at an apply. Behind an ALB with ip targets: sleep 45, grace 75. */

const warnings = (request: AdmissionRequest, settings: Partial<Settings> = {}): readonly string[] => {
  const answer = admit(request, knowing([], settings))
  const said: string[] = JSON.parse(reviewOf('u', answer).body).response.warnings ?? []
  expect(said.filter((warning) => [...warning].length > 120)).toEqual([])
  // Nothing is lost to the limit: no line was cut.
  expect(said.filter((warning) => warning.endsWith('…'))).toEqual([])
  return said
}

const LIVE = { uid: '42', resourceVersion: '7' }
const WAY =
  'slackwater: to change it: annotation slackwater.dev/sleep-seconds on the template, or label slackwater.dev/mode=off'

interface Update {
  readonly next: JsonObject
  readonly stored?: JsonObject
  readonly metadata?: JsonObject
  readonly fieldManager?: string
}

const update = ({ next, stored = injected(), metadata = LIVE, fieldManager }: Update): AdmissionRequest =>
  requestFor(deployment(next, metadata), {
    operation: 'UPDATE',
    oldObject: deployment(stored, LIVE),
    ...(fieldManager === undefined ? {} : { fieldManager }),
  })

const bareHook = injected({ container: {} })
const lowered = injected({ grace: 30 })
const lastApplied = (grace: number) => ({
  ...LIVE,
  annotations: {
    'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(deployment(template({ grace }))),
  },
})
/** Raised from a stated 60: 45 + 60. */
const RECORD_OF_60 =
  '{"grace":{"before":60,"after":105},"sleep":{"app":45},"created":{"annotations":true,"lifecycle":["app"]}}'
const raisedFrom60 = (grace: number) =>
  injected({ grace, annotations: { 'slackwater.dev/injected': RECORD_OF_60 } })

test('docs/failure-behaviour.md shows how kubectl prints it', () => {
  const page = linesShown('docs/failure-behaviour.md', 'Warning: slackwater: restored')
  const told = ['slackwater: restored: preStop sleep 45 s of app', WAY]
  expect(page).toEqual(told.map((warning) => `Warning: ${warning}`))
})

describe('what is put back is told to who took it away', () => {
  test.for<[string, Update, readonly string[]]>([
    [
      'the hook',
      { next: bareHook, fieldManager: 'kubectl-patch' },
      ['slackwater: restored: preStop sleep 45 s of app', WAY],
    ],
    [
      'the grace period, lowered to what it was while nobody stated one',
      { next: lowered },
      ['slackwater: restored: terminationGracePeriodSeconds 75', WAY],
    ],
    [
      'hook and grace',
      { next: injected({ container: {}, grace: 30 }) },
      ['slackwater: restored: preStop sleep 45 s of app, terminationGracePeriodSeconds 75', WAY],
    ],
    [
      'everything, in an object that was read in the cluster',
      { next: template({ grace: 30 }) },
      ['slackwater: restored: preStop sleep 45 s of app, terminationGracePeriodSeconds 75', WAY],
    ],
    [
      'a stated grace period again, in an editor',
      { next: raisedFrom60(60), stored: raisedFrom60(105), fieldManager: 'kubectl-edit' },
      ['slackwater: restored: terminationGracePeriodSeconds 105', WAY],
    ],
  ])('%s', ([, request, expected]) => {
    expect(warnings(update(request))).toEqual(expected)
    expect(warnings(update(request), { mode: 'dry-run' })).toEqual(expected)
  })

  test('in mode off the next change takes it out', () => {
    expect(warnings(update({ next: bareHook }), { mode: 'off' })).toEqual([
      'slackwater: restored: preStop sleep 45 s of app',
      'slackwater: mode is off: the next change of the template removes it, for example kubectl rollout restart',
    ])
  })

  test('of a Pod that nobody owns, by hand', () => {
    const pod = (of: JsonObject) => {
      const made = podOf(of)
      const { ownerReferences: _, ...metadata } = made['metadata'] as JsonObject
      return { ...made, metadata: { ...metadata, ...LIVE, name: 'web' } }
    }
    const further = { operation: 'UPDATE', oldObject: pod(injected()), fieldManager: 'kubectl-edit' }
    expect(warnings(requestFor(pod(lowered), further))).toEqual([
      'slackwater: restored: terminationGracePeriodSeconds 75',
      'slackwater: a stored Pod cannot be changed: delete it and create it again',
    ])
  })
})

describe('what tools send all day is put back without a word', () => {
  test.for<[string, Update]>([
    ['a whole manifest, as kubectl replace sends it', { next: template({ grace: 30 }), metadata: {} }],
    ['the grace period that was last applied', { next: lowered, metadata: lastApplied(30) }],
    [
      'one that was stated when we raised it, as Helm 3 sends it',
      { next: raisedFrom60(60), stored: raisedFrom60(105) },
    ],
    ['nothing at all', { next: injected(), fieldManager: 'kubectl-edit' }],
  ])('%s', ([, request]) => {
    expect(warnings(update(request))).toEqual([])
  })

  test('what a controller applies', () => {
    const metadata = { ...LIVE, ownerReferences: [{ kind: 'Shop', name: 'main', controller: true }] }
    expect(warnings(update({ next: bareHook, metadata, fieldManager: 'kubectl-patch' }))).toEqual([])
  })
})

describe('a hook of the user’s own, and the grace period', () => {
  const sleeping = (handler: JsonObject, hook = 'preStop', annotations: JsonObject = {}) =>
    requestFor(
      deployment(template({ grace: 30, annotations, container: { lifecycle: { [hook]: handler } } })),
    )
  const sleep = (seconds: number) => ({ sleep: { seconds } })
  const command = (length: string) => ({ exec: { command: ['sleep', length] } })

  test.for<[string, AdmissionRequest, readonly string[]]>([
    [
      'a sleep that only our grace period bears',
      sleeping(sleep(60)),
      ['slackwater: valid only with Slackwater: sleep 60 s in app is above the grace period 30 s'],
    ],
    [
      'one after the start',
      sleeping(sleep(60), 'postStart'),
      ['slackwater: valid only with Slackwater: sleep 60 s in app is above the grace period 30 s'],
    ],
    ['a command of that length, which nobody measures', sleeping(command('60')), []],
    ['a sleep within the grace period', sleeping(sleep(20)), []],
    [
      'a command of ten minutes: what is raised for it is for the validating webhook to judge',
      sleeping(command('10m')),
      [],
    ],
    [
      'a sleep of two hours is left as it is',
      sleeping(sleep(7200)),
      [
        'slackwater: grace period not raised: maxHookGraceSeconds or maxGraceSeconds is below the sleep of 7200 s in app',
      ],
    ],
  ])('%s', ([, request, expected]) => {
    expect(warnings(request)).toEqual(expected)
  })

  test('in dry-run nothing is raised, and nothing accepted because of us', () => {
    expect(warnings(sleeping(sleep(60)), { mode: 'dry-run' })).toEqual([
      'slackwater: dry-run: would set terminationGracePeriodSeconds 30 → 90',
    ])
  })

  test('our own long sleep is no hook of theirs', () => {
    const annotations = { 'slackwater.dev/sleep-seconds': '700' }
    expect(warnings(requestFor(deployment(template({ annotations }))))).toEqual([])
  })
})
