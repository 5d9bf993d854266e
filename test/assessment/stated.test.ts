import { describe, expect, test } from 'vitest'
import { fingerprintOf } from '../../src/core/injection/record.ts'
import { defaulted, type JsonObject, member, objectAt, patched, refusal } from './api-server.ts'
import { assessed, behindAlb, deployment, templateOf, type World } from './world.ts'

/**
 * What a source states is the user's, also where it is the very number that we wrote. Behind an ALB with ip targets
 * S is 5 + 25 + 10 + 5 = 45 and, over the API server's default of 30, G is 45 + 30 = 75.
 */

const RECORD = 'slackwater.dev/injected'
const OURS =
  '{"grace":{"before":30,"after":75},"sleep":{"app":45},"created":{"annotations":true,"lifecycle":["app"]}}'
const HOOK = { preStop: { sleep: { seconds: 45 } } }
const NEW = 'nginx:1.28'

interface Shape {
  readonly grace?: number
  readonly lifecycle?: JsonObject
  readonly image?: string
  readonly record?: string
  readonly annotations?: JsonObject
}

/** As the API server holds it, or as a file has it: without a grace period where none is said. */
const template = ({ grace, lifecycle, image = 'nginx:1.27', record, annotations }: Shape): JsonObject => {
  const notes = { ...annotations, ...(record === undefined ? {} : { [RECORD]: record }) }
  return {
    metadata: { labels: { app: 'web' }, ...(Object.keys(notes).length === 0 ? {} : { annotations: notes }) },
    spec: {
      ...(grace === undefined ? {} : { terminationGracePeriodSeconds: grace }),
      containers: [{ name: 'app', image, ...(lifecycle === undefined ? {} : { lifecycle }) }],
    },
  }
}

const STORED = { grace: 75, lifecycle: HOOK, record: OURS }

/** How a tool leaves its word in the object. @param time of its last apply. */
type Way = (object: JsonObject, file: Shape, time?: string) => JsonObject

const withMetadata = (object: JsonObject, more: JsonObject): JsonObject => ({
  ...object,
  metadata: { ...objectAt(object, 'metadata'), ...more },
})

const clientSide: Way = (object, file) =>
  withMetadata(object, {
    annotations: {
      'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(deployment(template(file))),
    },
  })

const serverSide: Way = (object, { grace, lifecycle }, time = '09:00') =>
  withMetadata(object, {
    managedFields: [
      {
        manager: 'argocd-controller',
        operation: 'Apply',
        time,
        fieldsV1: {
          'f:spec': {
            'f:template': {
              'f:spec': {
                ...(grace === undefined ? {} : { 'f:terminationGracePeriodSeconds': {} }),
                'f:containers': {
                  'k:{"name":"app"}': {
                    'f:image': {},
                    ...(lifecycle === undefined
                      ? {}
                      : { 'f:lifecycle': { 'f:preStop': { 'f:sleep': { 'f:seconds': {} } } } }),
                  },
                },
              },
            },
          },
        },
      },
    ],
  })

const nowhere: Way = (object) => object

const off: World = { ...behindAlb, settings: { ...behindAlb.settings, mode: 'off' } }

/** What is stored of a request, once the API server has filled in its defaults. */
function answered(raw: JsonObject, stored: JsonObject, where: World): JsonObject {
  const result = patched(raw, assessed('workload', { raw, stored }, where).operations)
  const again = patched(result, assessed('workload', { raw: result, stored }, where).operations)
  expect(again).toEqual(result)
  expect(refusal(templateOf(result))).toBeUndefined()
  return defaulted(templateOf(result))
}

const WAYS = describe.for([
  ['what was last applied', clientSide],
  ['a server-side Apply', serverSide],
] as const)

WAYS('the source speaks by %s', ([, by]) => {
  const states = (file: Shape) => {
    const stored = by(deployment(template(STORED)), file)
    const raw = by(deployment(template({ ...STORED, image: NEW })), { ...file, image: NEW }, '09:01')
    return { stored, raw }
  }

  test('it states nothing: an opt-out gives the default back', () => {
    const { stored, raw } = states({})
    expect(answered(raw, stored, off)).toEqual(template({ grace: 30, image: NEW }))
  })

  test('it states both: an opt-out changes nothing, and the record goes', () => {
    const { stored, raw } = states({ grace: 75, lifecycle: HOOK })
    expect(answered(raw, stored, off)).toEqual(template({ grace: 75, lifecycle: HOOK, image: NEW }))
  })

  test('it states both: without an opt-out the record goes, too, and nothing is raised', () => {
    const { stored, raw } = states({ grace: 75, lifecycle: HOOK })
    expect(answered(raw, stored, behindAlb)).toEqual(template({ grace: 75, lifecycle: HOOK, image: NEW }))
  })

  test('it states both: another value of ours is not written over it', () => {
    const { stored, raw } = states({ grace: 75, lifecycle: HOOK })
    for (const annotations of [
      { 'slackwater.dev/assume': 'none' },
      { 'slackwater.dev/sleep-seconds': '10' },
    ]) {
      objectAt(raw, 'spec', 'template', 'metadata')['annotations'] = { ...annotations, [RECORD]: OURS }
      expect(answered(raw, stored, behindAlb)).toEqual(
        template({ grace: 75, lifecycle: HOOK, image: NEW, annotations }),
      )
    }
  })

  test('it states the hook alone: that stays, and the grace period that it needs', () => {
    const { stored, raw } = states({ lifecycle: HOOK })
    expect(answered(raw, stored, off)).toEqual(template({ grace: 75, lifecycle: HOOK, image: NEW }))
    // 45 > 30: the hook and the 30 that the application had. That much is ours still.
    const kept = answered(raw, stored, behindAlb)
    expect(member(kept, 'spec', 'terminationGracePeriodSeconds')).toBe(75)
    expect(JSON.parse(String(member(kept, 'metadata', 'annotations', RECORD)))).toMatchObject({
      grace: { before: 30, after: 75 },
      sleep: {},
    })
  })

  test('it states the grace period alone, and opts out: that stays, and the hook goes', () => {
    const { stored, raw } = states({ grace: 75 })
    expect(answered(raw, stored, off)).toEqual(template({ grace: 75, image: NEW }))
  })

  test('the template is unchanged: no patch, though the record says more than is ours', () => {
    const { stored } = states({})
    const raw = by(deployment(template(STORED)), { grace: 75, lifecycle: HOOK })
    for (const where of [behindAlb, off])
      expect(assessed('workload', { raw, stored }, where).operations).toEqual([])
  })

  test('it no longer states both: they are ours again, with the same record, and no rollout', () => {
    const stored = by(deployment(template(STORED)), { grace: 75, lifecycle: HOOK })
    const raw = by(deployment(template({ grace: 30, record: OURS })), {})
    expect(answered(raw, stored, behindAlb)).toEqual(template(STORED))
  })
})

describe('a source that states less than we raised it to', () => {
  const raised = { grace: 105, lifecycle: HOOK, record: OURS.replace('30,"after":75', '60,"after":105') }

  WAYS('%s', ([, by]) => {
    test('an opt-out by somebody else gives back what it states', () => {
      const stored = by(deployment(template(raised)), { grace: 60 })
      const raw = by(deployment(template({ ...raised, image: NEW })), { grace: 60 })
      expect(answered(raw, stored, off)).toEqual(template({ grace: 60, image: NEW }))
    })

    test('the same again brings ours back, and starts no rollout', () => {
      const stored = by(deployment(template(raised)), { grace: 60 })
      const raw = by(deployment(template({ ...raised, grace: 60 })), { grace: 60 })
      for (const where of [behindAlb, off]) expect(answered(raw, stored, where)).toEqual(template(raised))
    })
  })

  test('by an Apply, and by now it states our hook as well: then it states our grace period, too', () => {
    const file = { grace: 105, lifecycle: HOOK }
    const stored = serverSide(deployment(template(raised)), file)
    const raw = serverSide(deployment(template({ ...raised, image: NEW })), file)
    expect(answered(raw, stored, off)).toEqual(template({ ...file, image: NEW }))
  })
})

describe('a source that states our grace period, and not our hook', () => {
  const file = { grace: 75 }
  const next = template({ ...STORED, image: NEW })

  // As a new object with that file has it: A is all of 75, so 45 + 75.
  test('where its number is known, the application has it', () => {
    const stored = clientSide(deployment(template(STORED)), file)
    expect(answered(clientSide(deployment(next), file), stored, behindAlb)).toEqual(
      template({
        grace: 120,
        lifecycle: HOOK,
        image: NEW,
        record: OURS.replace('30,"after":75', '75,"after":120'),
      }),
    )
  })

  test('an owner has no number: until it makes a request itself, the grace period is ours', () => {
    const stored = serverSide(deployment(template(STORED)), file)
    const byAnother = serverSide(deployment(next), file)
    expect(answered(byAnother, stored, behindAlb)).toEqual(next)
    expect(answered(byAnother, stored, off)).toEqual(template({ grace: 30, image: NEW }))
  })

  // Nobody owned it when the record was written: so this is no answer of ours that we are asked about again.
  test('an owner that makes the request has the number that stands there', () => {
    const stored = serverSide(deployment(template(STORED)), file)
    const byItself = serverSide(deployment(next), file, '09:01')
    const record = OURS.replace('30,"after":75', '75,"after":120,"owned":true')
    expect(answered(byItself, stored, behindAlb)).toEqual(
      template({ grace: 120, lifecycle: HOOK, image: NEW, record }),
    )
    expect(answered(byItself, stored, off)).toEqual(template({ grace: 75, image: NEW }))
  })

  test('but where it owned it when the record was written, the number may be our own answer', () => {
    const record = OURS.replace('"after":75', '"after":75,"owned":true')
    const owned = { ...STORED, record }
    const stored = serverSide(deployment(template(owned)), file)
    const again = template({ ...owned, image: NEW })
    expect(answered(serverSide(deployment(again), file, '09:01'), stored, behindAlb)).toEqual(again)
  })

  test('one that has it in common with another manager agreed with what stood there', () => {
    const client = {
      manager: 'kubectl-client-side-apply',
      operation: 'Update',
      fieldsV1: { 'f:spec': { 'f:template': { 'f:spec': { 'f:terminationGracePeriodSeconds': {} } } } },
    }
    const shared = (object: JsonObject): JsonObject => {
      const owned = serverSide(object, file)
      const { managedFields } = objectAt(owned, 'metadata')
      const entries = Array.isArray(managedFields) ? managedFields : []
      return withMetadata(owned, { managedFields: [client, ...entries] })
    }
    const stored = shared(deployment(template(STORED)))
    expect(answered(shared(deployment(next)), stored, off)).toEqual(template({ grace: 75, image: NEW }))
  })
})

describe('a server-side apply that states the default, and is restored', () => {
  test('the same again is restored again: it owns the field, and yet states 30', () => {
    const owned = serverSide(deployment(template(STORED)), { grace: 30 })
    const again = serverSide(deployment(template({ ...STORED, grace: 30 })), { grace: 30 }, '09:01')
    for (const where of [behindAlb, off]) expect(answered(again, owned, where)).toEqual(template(STORED))
  })

  test('and one that leaves it out again, of which the API server makes the default', () => {
    const owned = serverSide(deployment(template(STORED)), { grace: 30 })
    const again = serverSide(deployment(template({ ...STORED, grace: 30 })), {}, '09:01')
    expect(answered(again, owned, behindAlb)).toEqual(template(STORED))
  })
})

describe('a replacement by the file that was applied, which states our number', () => {
  const replaced = (file: Shape): JsonObject => deployment(template({ grace: 30, ...file }))

  test('our grace period: the stored template comes back exactly', () => {
    const stored = clientSide(deployment(template(STORED)), { grace: 75 })
    for (const where of [behindAlb, off])
      expect(answered(replaced({ grace: 75 }), stored, where)).toEqual(template(STORED))
  })

  test('again and again: the annotation of the apply is gone with the first, and yet no rollout starts', () => {
    const stored = deployment(template(STORED))
    expect(answered(replaced({ grace: 75 }), stored, behindAlb)).toEqual(template(STORED))
  })

  test('our hook, which only our grace period bears', () => {
    const stored = clientSide(deployment(template(STORED)), { lifecycle: HOOK })
    for (const where of [behindAlb, off])
      expect(answered(replaced({ lifecycle: HOOK }), stored, where)).toEqual(template(STORED))
  })
})

// The application has the 75 that it states, as with any other number: 10 + 75.
test('sleep-seconds in an apply that states our grace period', () => {
  const annotations = { 'slackwater.dev/sleep-seconds': '10' }
  const stored = serverSide(deployment(template(STORED)), {})
  const raw = serverSide(deployment(template({ ...STORED, annotations })), { grace: 75 }, '09:01')
  const result = answered(raw, stored, behindAlb)
  expect(member(result, 'spec', 'terminationGracePeriodSeconds')).toBe(85)
  expect(member(result, 'spec', 'containers', 0, 'lifecycle', 'preStop', 'sleep', 'seconds')).toBe(10)
})

describe('a text under our key that is not our record', () => {
  test.for([
    ['a stale one, of a manifest that was exported', '{"sleep":{"gone":45}}'],
    ['a damaged one', '{"sleep":'],
  ] as const)('%s comes again with each apply: the stored template comes back', ([, text]) => {
    const stored = deployment(template(STORED))
    const raw = deployment(template({ ...STORED, record: text }))
    for (const where of [behindAlb, off]) expect(answered(raw, stored, where)).toEqual(template(STORED))
  })
})

test('the hook that the file states was taken out by somebody: it is written as the user’s', () => {
  const stored = clientSide(deployment(template(STORED)), { lifecycle: HOOK })
  const raw = clientSide(deployment(template({ grace: 75, record: OURS })), { lifecycle: HOOK })
  const result = templateOf(patched(raw, assessed('workload', { raw, stored }, behindAlb).operations))
  expect(member(result, 'spec', 'containers', 0, 'lifecycle')).toEqual(HOOK)
  expect(JSON.parse(String(member(result, 'metadata', 'annotations', RECORD)))).toMatchObject({ sleep: {} })
})

describe('a record text that the manifest itself has, as an export has it', () => {
  test.for([
    ['half of ours', '{"sleep":{"app":45}}'],
    ['with more in it', OURS.replace('"app":45', '"app":45,"gone":45')],
  ] as const)('%s: no apply of it starts a rollout, and nothing climbs', ([, text]) => {
    const file = { record: text }
    const stored = clientSide(deployment(template(STORED)), file)
    const raw = clientSide(deployment(template({ ...STORED, record: text })), file)
    for (const where of [behindAlb, off]) expect(answered(raw, stored, where)).toEqual(template(STORED))
    const next = clientSide(deployment(template({ ...STORED, record: text, image: NEW })), {
      ...file,
      image: NEW,
    })
    // The record says that it stands in place of a text of the file's.
    const record = OURS.replace(/\}$/, `,"over":"${fingerprintOf(text)}"}`)
    expect(answered(next, stored, behindAlb)).toEqual(template({ ...STORED, record, image: NEW }))
  })
})

describe('a Pod that is stored', () => {
  const HOOKED = { preStop: { sleep: { seconds: 45 } } }
  const pod = (shape: Shape) => ({ apiVersion: 'v1', kind: 'Pod', ...template(shape) })
  const record = '{"grace":{"before":30,"after":75},"sleep":{},"created":{"annotations":true,"lifecycle":[]}}'

  test('keeps its own hook, whatever somebody writes into our annotation', () => {
    const stored = pod({ grace: 75, lifecycle: HOOKED, record })
    const raw = pod({ grace: 75, lifecycle: HOOKED, record: '{"sleep":{"app":45}}', image: NEW })
    const result = patched(raw, assessed('pod', { raw, stored }, behindAlb).operations)
    expect(objectAt(result, 'spec')).toEqual(objectAt(raw, 'spec'))
  })

  test('is left to the API server’s words where the request states another grace period', () => {
    const stored = pod(STORED)
    const operations = (grace: number) =>
      assessed('pod', { raw: pod({ ...STORED, grace }), stored }, behindAlb).operations
    expect(operations(60)).toEqual([])
    expect(operations(30)).toEqual([
      { op: 'replace', path: '/spec/terminationGracePeriodSeconds', value: 75 },
    ])
  })
})

describe('our own first answer, asked about again in the same request', () => {
  test('the grace period that the file states was lowered by somebody, and is the number that we would write', () => {
    // A = 90 as the file states: 45 + 90, and not the 45 + 45 = 90 that would then be the user's.
    const raised = { ...STORED, grace: 135, record: OURS.replace('30,"after":75', '90,"after":135') }
    const stored = clientSide(deployment(template(raised)), { grace: 90 })
    const raw = clientSide(deployment(template({ ...raised, grace: 45 })), { grace: 90 })
    expect(answered(raw, stored, behindAlb)).toEqual(
      template({ ...raised, record: OURS.replace('30,"after":75', '45,"after":135') }),
    )
  })

  test('the record is deleted and the grace period lowered below our sleep: the stored template comes back', () => {
    const raw = deployment(template({ grace: 30, lifecycle: HOOK }))
    expect(answered(raw, deployment(template(STORED)), behindAlb)).toEqual(template(STORED))
  })

  test('another grace period before, the same after: the new record stays', () => {
    const hook = { preStop: { sleep: { seconds: 300 } } }
    const users = (before: number) => ({
      grace: 330,
      lifecycle: hook,
      record: `{"grace":{"before":${before},"after":330},"sleep":{},"created":{"annotations":true,"lifecycle":[]}}`,
    })
    const first = template(users(0))
    expect(answered(deployment(first), deployment(template(users(30))), behindAlb)).toEqual(first)
  })
})

test('a stale record goes with the next change of a template that is left to its Pods, and swallows nothing later', () => {
  const gone = { ...STORED, grace: 30, lifecycle: {}, image: NEW }
  const raw = clientSide(deployment(template(gone)), { grace: 30 })
  expect(answered(raw, deployment(template(STORED)), behindAlb)).toEqual(
    template({ grace: 30, lifecycle: {}, image: NEW }),
  )
  // In dry-run as well: that takes nothing away but our own claim.
  const dryRun: World = { ...behindAlb, settings: { ...behindAlb.settings, mode: 'dry-run' } }
  expect(answered(raw, deployment(template(STORED)), dryRun)).toEqual(
    template({ grace: 30, lifecycle: {}, image: NEW }),
  )
  // Where it has stayed all the same, as while we were away, the user's 75 is the user's.
  const stale = deployment(template({ ...gone, record: OURS }))
  const next = template({ ...gone, grace: 75, record: OURS })
  expect(answered(deployment(next), stale, dryRun)).toEqual(
    template({ grace: 75, lifecycle: {}, image: NEW }),
  )
})

describe('annotations of the user’s that leave no room for our record', () => {
  // 262,144 for all keys and values: two short of it for theirs alone.
  const blob = { 'example.com/blob': 'x'.repeat(262_144 - 'example.com/blob'.length - 2) }

  test.for(['enforce', 'dry-run', 'off'] as const)('our work leaves the template, in mode %s too', (mode) => {
    const where: World = { ...behindAlb, settings: { ...behindAlb.settings, mode } }
    const raw = deployment(template({ ...STORED, annotations: blob }))
    expect(answered(raw, deployment(template(STORED)), where)).toEqual(
      template({ grace: 30, annotations: blob }),
    )
  })

  test('too many of theirs are theirs alone', () => {
    const tooMany = { 'example.com/blob': 'x'.repeat(262_144) }
    const raw = deployment(template({ ...STORED, annotations: tooMany }))
    expect(assessed('workload', { raw, stored: deployment(template(STORED)) }, behindAlb).operations).toEqual(
      [],
    )
  })
})

test('a lifecycle that the source states stays, empty as it is', () => {
  const stored = clientSide(deployment(template(STORED)), { lifecycle: {} })
  const raw = clientSide(deployment(template({ ...STORED, image: NEW })), { lifecycle: {}, image: NEW })
  expect(answered(raw, stored, off)).toEqual(template({ grace: 30, lifecycle: {}, image: NEW }))
})

test('two handlers that the source itself states are refused, as without us', () => {
  const both = { preStop: { ...HOOK.preStop, exec: { command: ['/quit'] } } }
  const raw = clientSide(deployment(template({ ...STORED, lifecycle: both })), { lifecycle: both })
  const { operations } = assessed('workload', { raw, stored: deployment(template(STORED)) }, behindAlb)
  expect(refusal(templateOf(patched(raw, operations)))).toBe('may not specify more than 1 handler type')
})

describe('a negative grace period stays what the user wrote', () => {
  const negative = template({ grace: -5, lifecycle: { preStop: { exec: { command: ['sleep', '20'] } } } })

  test.for(['auto', 'workloads'] as const)(
    'injectInto: %s: the template is left to its Pods',
    (injectInto) => {
      const where: World = { ...behindAlb, settings: { ...behindAlb.settings, injectInto } }
      for (const one of [negative, template({ grace: -5 })])
        expect(assessed('workload', { raw: deployment(one) }, where).operations).toEqual([])
      const raw = deployment(template({ ...STORED, grace: -5 }))
      expect(answered(raw, deployment(template(STORED)), where)).toEqual(template({ grace: -5 }))
    },
  )
})

test('where nothing says what is stated, the record counts', () => {
  const stored = nowhere(deployment(template(STORED)), {})
  const raw = nowhere(deployment(template({ ...STORED, image: NEW })), {})
  expect(answered(raw, stored, off)).toEqual(template({ grace: 30, image: NEW }))
})
