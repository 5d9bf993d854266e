import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { edits, recordEdit, SEED } from './actions/arbitrary.ts'
import { type Edit, edited, manifestOf } from './actions/edits.ts'
import { type Manifests, requestFor } from './actions/requests.ts'
import type { ChangeStep } from './actions/steps.ts'
import { handled, type Stored } from './model/api-server.ts'
import { KINDS, type Kind, templateOf } from './model/kinds.ts'
import type { Fields } from './model/values.ts'
import { admissionIn } from './slackwater.ts'

/** Tools that send one manifest all day, whatever stands in it, under our key too. */

const RUNS = 400
const kind = KINDS.Deployment

/** A person's manifest, with a text under our key or without. */
const manifest = fc
  .tuple(edits, fc.option(recordEdit, { nil: undefined }))
  .map(([some, record]) =>
    [...some, ...(record === undefined ? [] : [record])].reduce(changed, manifestOf(kind)),
  )

const changed = (object: Fields, edit: Edit): Fields => edited(object, edit, kind)

const tools = fc.array(
  fc.constantFrom<ChangeStep['verb']>('apply', 'apply', 'replace', 'server-side apply'),
  { minLength: 2, maxLength: 6 },
)

const step = (verb: ChangeStep['verb']): ChangeStep => ({ verb, edits: [], away: false, force: true })

function sent(stored: Stored | undefined, verb: ChangeStep['verb'], main: Fields, of: Kind = kind) {
  const held: Manifests = { main, part: {} }
  const request = requestFor(step(verb), { kind: of, live: stored?.object, before: held, after: held })
  return handled(stored, request, {
    kind: of,
    admission: admissionIn({ exposed: true, mode: undefined }, of),
  })
}

describe('the same manifest, sent again and again by any tool', () => {
  test('is accepted as at first, and starts no rollout', () => {
    const property = fc.property(manifest, manifest, tools, (before, main, verbs) => {
      const first = sent(undefined, 'apply', before)
      let stored = first.accepted ? first.stored : undefined
      let template: Fields | undefined
      for (const verb of verbs) {
        const reply = sent(stored, verb, main)
        if (template === undefined && !reply.accepted) return
        expect(reply.accepted).toBe(true)
        if (!reply.accepted) return
        stored = reply.stored
        if (template !== undefined) expect(templateOf(stored.object, kind)).toEqual(template)
        template = templateOf(stored.object, kind)
      }
    })
    fc.assert(property, { numRuns: RUNS, seed: SEED })
  })
})
