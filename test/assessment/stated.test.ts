import { describe, expect, test } from 'vitest'
import { defaulted, type JsonObject, member, objectAt, patched, refusal } from './api-server.ts'
import { assessed, behindAlb, deployment, templateOf, type World } from './world.ts'

/**
 * What a source states is the user's, also where it is the very number that we wrote. Behind an ALB with ip targets
 * S is 5 + 25 + 10 + 5 = 45 and, over the API server's default of 30, G is 45 + 30 = 75.
 */

const RECORD = 'slackwater.dev/injected'
const OURS =
  '{"grace":{"before":null,"after":75},"sleep":{"app":45},"created":{"annotations":true,"lifecycle":["app"]}}'
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

/** How a tool leaves its word in the object. */
type Way = (object: JsonObject, file: Shape) => JsonObject

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

const serverSide: Way = (object, { grace, lifecycle }) =>
  withMetadata(object, {
    managedFields: [
      {
        manager: 'argocd-controller',
        operation: 'Apply',
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
    const raw = by(deployment(template({ ...STORED, image: NEW })), { ...file, image: NEW })
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
      grace: { before: null, after: 75 },
      sleep: {},
    })
  })

  test('it states the grace period alone: that stays, and the hook goes', () => {
    const { stored, raw } = states({ grace: 75 })
    expect(answered(raw, stored, off)).toEqual(template({ grace: 75, image: NEW }))
  })

  // As a new object with that file has it: A is all of 75, so 45 + 75.
  test('it states the grace period alone: the hook is ours, and the application has the 75', () => {
    const { stored, raw } = states({ grace: 75 })
    expect(answered(raw, stored, behindAlb)).toEqual(
      template({
        grace: 120,
        lifecycle: HOOK,
        image: NEW,
        record: OURS.replace('null,"after":75', '75,"after":120'),
      }),
    )
  })

  test('the template is as stored: no patch, though the record says more than is ours', () => {
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
  const raised = { grace: 105, lifecycle: HOOK, record: OURS.replace('null,"after":75', '60,"after":105') }

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

test('a record of 0.1.0 says 30 where nobody stated it: the same is done by it', () => {
  const old = { ...STORED, record: OURS.replace('null', '30') }
  const stored = deployment(template(old))
  const raw = deployment(template({ ...old, image: NEW }))
  expect(answered(raw, stored, off)).toEqual(template({ grace: 30, image: NEW }))
  // It is written as we write it now, once the template changes anyway.
  expect(answered(raw, stored, behindAlb)).toEqual(template({ ...STORED, image: NEW }))
})

test('where nothing says what is stated, the record counts', () => {
  const stored = nowhere(deployment(template(STORED)), {})
  const raw = nowhere(deployment(template({ ...STORED, image: NEW })), {})
  expect(answered(raw, stored, off)).toEqual(template({ grace: 30, image: NEW }))
})
