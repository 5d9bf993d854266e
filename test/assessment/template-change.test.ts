import { describe, expect, test } from 'vitest'
import { compareTemplates } from '../../src/assessment/template-change.ts'
import type { TemplateChange } from '../../src/core/decision/subject.ts'
import { root } from '../../src/kubernetes/json.ts'
import { toPodTemplate } from '../../src/kubernetes/template.ts'

const view = (raw: unknown) => ({ raw, template: toPodTemplate(root(raw)) })

interface Parts {
  readonly grace?: number
  readonly lifecycle?: unknown
  readonly annotations?: unknown
  readonly image?: string
}

const pod = ({ grace, lifecycle, annotations, image = 'web:1' }: Parts) => ({
  metadata: { labels: { app: 'web' }, ...(annotations === undefined ? {} : { annotations }) },
  spec: {
    containers: [{ name: 'app', image, ...(lifecycle === undefined ? {} : { lifecycle }) }],
    ...(grace === undefined ? {} : { terminationGracePeriodSeconds: grace }),
  },
})

const HOOK = { preStop: { sleep: { seconds: 45 } } }
const RECORD =
  '{"grace":{"before":30,"after":75},"sleep":{"app":45},"created":{"annotations":true,"lifecycle":["app"]}}'
/** Ours stands in a lifecycle and in annotations that a user had made, and has emptied since. */
const IN_USERS = '{"grace":{"before":30,"after":75},"sleep":{"app":45}}'
const ours = (record: string) => ({ 'slackwater.dev/injected': record })
const stored = pod({ grace: 75, lifecycle: HOOK, annotations: ours(RECORD) })
const storedInUsers = pod({ grace: 75, lifecycle: HOOK, annotations: ours(IN_USERS) })

describe('how a request compares with what is stored', () => {
  test.for<[string, unknown, unknown, TemplateChange]>([
    ['equal, keys in another order', { spec: stored.spec, metadata: stored.metadata }, stored, 'same'],
    ['all of ours dropped', pod({ grace: 30 }), stored, 'same-but-ours'],
    ['all of ours dropped, the grace absent, which means 30', pod({}), stored, 'same-but-ours'],
    [
      'the grace lowered to what it was',
      pod({ grace: 30, lifecycle: HOOK, annotations: ours(RECORD) }),
      stored,
      'same-but-ours',
    ],
    [
      'another sleep of ours',
      pod({
        grace: 75,
        lifecycle: { preStop: { sleep: { seconds: 40 } } },
        annotations: ours(RECORD.replace('45', '40')),
      }),
      stored,
      'same-but-ours',
    ],
    [
      'the grace lowered to something else',
      pod({ grace: 20, lifecycle: HOOK, annotations: ours(RECORD) }),
      stored,
      'changed',
    ],
    ['our record stripped: the hook is the user’s', pod({ grace: 75, lifecycle: HOOK }), stored, 'changed'],
    [
      'a hook of the user’s instead',
      pod({ grace: 75, lifecycle: { preStop: { exec: {} } }, annotations: ours(RECORD) }),
      stored,
      'changed',
    ],
    ['a new image', pod({ grace: 30, image: 'web:2' }), stored, 'changed'],
    ['an annotation added', pod({ annotations: { other: '1' } }), stored, 'changed'],
    ['ours copied to where it was not', stored, pod({}), 'changed'],
    ['30 written where it was absent, and nothing of ours', pod({ grace: 30 }), pod({}), 'changed'],
    ['a stored record that nobody can read', pod({}), pod({ annotations: ours('nonsense') }), 'changed'],
    [
      'a stored record that is stale',
      pod({}),
      pod({ annotations: ours('{"sleep":{"gone":45}}') }),
      'same-but-ours',
    ],
    // The neighbors of ours went one by one before: what is left of their mappings is empty.
    ['mappings that are empty without us', pod({ grace: 30 }), storedInUsers, 'same-but-ours'],
    [
      'mappings that are empty in the request',
      pod({ lifecycle: {}, annotations: {} }),
      stored,
      'same-but-ours',
    ],
    ['mappings in which something stands', pod({ lifecycle: { postStart: {} } }), storedInUsers, 'changed'],
  ])('%s: $3', ([, requested, before, expected]) => {
    expect(compareTemplates(view(requested), view(before))).toBe(expected)
  })

  test('templates without metadata, spec or containers compare as they are', () => {
    const record = { metadata: { annotations: ours('{"sleep":{"gone":45}}') } }
    expect(compareTemplates(view({}), view(record))).toBe('changed')
    expect(compareTemplates(view({ metadata: {} }), view(record))).toBe('same-but-ours')
    expect(compareTemplates(view({ metadata: {}, spec: {} }), view({ ...record, spec: {} }))).toBe(
      'same-but-ours',
    )
  })
})
