import { describe, expect, test } from 'vitest'
import { admit } from '../../src/admission/admit.ts'
import type { AdmissionRequest } from '../../src/admission/review.ts'
import { deployment, type JsonObject, knowing, podOf, requestFor, template } from './world.ts'

const containers = (count: number): readonly JsonObject[] =>
  Array.from({ length: count }, (_, index) => ({ name: `c-${index}`, image: 'web:1' }))

const having = (spec: JsonObject): JsonObject => ({ metadata: { labels: { app: 'web' } }, spec })
const labelled = (count: number): JsonObject =>
  template({ labels: Object.fromEntries(Array.from({ length: count }, (_, index) => [`l${index}`, ''])) })

const answer = (object: JsonObject, further: Partial<AdmissionRequest> = {}) =>
  admit(requestFor(object, further), knowing())

/** At most 1,000 containers, and 2,000 labels and annotations, are read. */
describe('a review that is too large is allowed, and not looked into', () => {
  test.for<[string, JsonObject, Partial<AdmissionRequest>, string]>([
    ['1,001 containers', deployment(having({ containers: containers(1001) })), {}, '1001 containers'],
    [
      'init containers count',
      deployment(having({ containers: containers(1), initContainers: containers(1000) })),
      {},
      '1001 containers',
    ],
    ['a Pod', podOf(having({ containers: containers(1001) })), {}, '1001 containers'],
    [
      'the stored object counts',
      deployment(having({ containers: containers(501) })),
      { operation: 'UPDATE', oldObject: deployment(having({ containers: containers(500) })) },
      '1001 containers',
    ],
    // Beside the label by which the Service selects.
    ['2,001 labels', deployment(labelled(2000)), {}, '2001 labels and annotations'],
  ])('%s', ([, object, further, what]) => {
    const { outcome, operations, warnings, eventsFor } = answer(object, further)
    expect({ outcome, operations, eventsFor }).toEqual({
      outcome: 'too-large',
      operations: [],
      eventsFor: undefined,
    })
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(new RegExp(`^slackwater: not changed: too large: ${what} in one review`))
    expect(warnings[0]?.length).toBeLessThanOrEqual(120)
  })

  test.for<[string, JsonObject, Partial<AdmissionRequest>]>([
    ['1,000 containers', deployment(having({ containers: containers(1000) })), {}],
    ['2,000 labels', deployment(labelled(1999)), {}],
  ])('%s are looked into', ([, object, further]) => {
    expect(answer(object, further).outcome).toBe('patched')
  })

  test('another kind is no concern of ours, however large it is', () => {
    const object = { ...deployment(having({ containers: containers(1001) })), kind: 'Gadget' }
    expect(answer(object).outcome).toBe('not-concerned')
  })
})
