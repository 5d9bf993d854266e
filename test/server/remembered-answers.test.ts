import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { admit } from '../../src/admission/admit.ts'
import { type AdmissionRequest, type Answer, parseReview, reviewOf } from '../../src/admission/review.ts'
import type { Knowledge } from '../../src/assessment/assess.ts'
import type { Inventory } from '../../src/core/inventory/create-inventory.ts'
import { type GivenAnswer, RememberedAnswers } from '../../src/server/remembered-answers.ts'
import { deployment, type JsonObject, knowing, podOf, template } from '../admission/world.ts'
import { runsOf } from '../depth.ts'
import { type Running, type RunningOptions, startApp } from './app.ts'

/** What an API server gives to each request and to each Pod. */
interface Given {
  readonly uid?: string
  readonly suffix?: string
  readonly time?: string
}

const UID = '5ea8e3b0-4fd9-4e24-a1f4-000000000001'
const OTHER_UID = '5ea8e3b0-4fd9-4e24-a1f4-0123456789ab'

/** With its fields in the order in which Go writes them (api/admission/v1/types.go). */
function reviewFor(object: JsonObject, { uid = UID }: Given = {}, oldObject: JsonObject | null = null) {
  const [version = '', group = ''] = String(object['apiVersion']).split('/').reverse()
  const kind = { group, version, kind: object['kind'] }
  const operation = oldObject === null ? 'CREATE' : 'UPDATE'
  const request = { uid, kind, namespace: 'shop', operation, object, oldObject, dryRun: false }
  return Buffer.from(JSON.stringify({ kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', request }))
}

/** A Pod as the API server shows it to a webhook: with the volume of its token, and the ownership of its fields. */
function pod({ suffix = 'x7k2q', time = '2026-11-29T10:00:00Z' }: Given = {}, labels: JsonObject = {}) {
  const name = `kube-api-access-${suffix}`
  const mount = { name, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }
  const bare = podOf(template({ container: { volumeMounts: [mount] } }), labels)
  const { metadata, spec } = bare as { readonly metadata: JsonObject; readonly spec: JsonObject }
  const managedFields = [{ manager: 'kube-controller-manager', operation: 'Update', time }]
  return {
    ...bare,
    metadata: { ...metadata, managedFields },
    spec: { ...spec, volumes: [{ name, projected: { sources: [] } }] },
  }
}

function requestIn(body: Buffer): AdmissionRequest {
  const request = parseReview(JSON.parse(body.toString()))
  if ('problem' in request) throw new Error(request.problem)
  return request
}

function answeredWith(body: Buffer, knowledge: Knowledge): GivenAnswer {
  const review = requestIn(body)
  const answer = admit(review, knowledge)
  return { review, answer, response: reviewOf(review.uid, answer) }
}

/** One that remembers the answer to this review. */
function remembering(body: Buffer, knowledge = knowing()): RememberedAnswers {
  const remembered = new RememberedAnswers(() => knowledge.inventory.revision?.())
  remembered.keep(body, answeredWith(body, knowledge))
  return remembered
}

describe('a review that comes again', () => {
  test('gets the answer that it would get, with its own uid', () => {
    const [body, again] = [reviewFor(deployment()), reviewFor(deployment(), { uid: OTHER_UID })]
    const found = remembering(body).find(again)
    expect(found?.response).toEqual(answeredWith(again, knowing()).response)
    expect(found?.response.patchBytes).toBeGreaterThan(0)
    expect(found?.review.uid).toBe(OTHER_UID)
  })

  test('is found where the Pod is another one of the same ReplicaSet', () => {
    const given = { uid: OTHER_UID, suffix: 'abcde', time: '2026-11-29T10:00:07Z' }
    const again = reviewFor(pod(given), given)
    const found = remembering(reviewFor(pod())).find(again)
    expect(found?.response).toEqual(answeredWith(again, knowing()).response)
  })

  test('is not held with its objects', () => {
    const found = remembering(reviewFor(pod())).find(reviewFor(pod()))
    expect(found?.review).toMatchObject({ object: undefined, oldObject: undefined, operation: 'CREATE' })
  })
})

describe('what is another review', () => {
  const body = reviewFor(pod())
  const text = body.toString()

  /** By the text: the first uid, what follows `kube-api-access-`, and the one time. */
  const isLoose = (at: number): boolean =>
    [
      [text.indexOf(UID), UID.length],
      [text.indexOf('2026-11-29T'), 20],
      ...[...text.matchAll(/kube-api-access-/g)].map(({ index }) => [index + 16, 5]),
    ].some(([from = 0, length = 0]) => at >= from && at < from + length)

  test('one byte of any kind is enough', () => {
    const remembered = remembering(body)
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.nat(255), (at, byte) => {
        const other = Buffer.from(body)
        other[at] = byte
        const isSame = byte === body[at] || (isLoose(at) && /[0-9a-zTZ:-]/.test(String.fromCharCode(byte)))
        // A uid that none is, such as one with a colon, is not answered as one.
        const isUid = /^[\w-]+$/.test(requestOrNothing(other))
        expect(remembered.find(other) !== undefined).toBe(isSame && isUid)
      }),
      { numRuns: runsOf(20_000) },
    )
  })

  const requestOrNothing = (bytes: Buffer): string => bytes.toString('latin1', text.indexOf(UID)).slice(0, 36)

  test('a byte more or less is enough, too', () => {
    const remembered = remembering(body)
    expect(remembered.find(Buffer.concat([body, Buffer.from(' ')]))).toBeUndefined()
    expect(remembered.find(body.subarray(0, -1))).toBeUndefined()
  })

  test('one that does not begin as an API server writes it is never remembered', () => {
    const { request } = JSON.parse(text)
    const other = Buffer.from(
      JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request }),
    )
    expect(remembering(other).find(other)).toBeUndefined()
  })

  test('in more than 32 places, nothing is loose: each takes time at every search', () => {
    const mounting = (mounts: number, suffix = 'x7k2q') => {
      const name = `kube-api-access-${suffix}`
      return reviewFor(podOf(template({ container: { volumeMounts: Array(mounts).fill({ name }) } })))
    }
    // Beside the uid.
    expect(remembering(mounting(31)).find(mounting(31, 'aaaaa'))).toBeDefined()
    expect(remembering(mounting(32)).find(mounting(32))).toBeUndefined()
  })

  test('in a label, what looks like the suffix of a token counts', () => {
    const labelled = (suffix: string) => reviewFor(pod({}, { name: `kube-api-access-${suffix}` }))
    expect(remembering(labelled('aaaaa')).find(labelled('aaaaa'))).toBeDefined()
    expect(remembering(labelled('aaaaa')).find(labelled('bbbbb'))).toBeUndefined()
  })

  test('in a workload, field ownership counts: it says who states what', () => {
    const owned = (time: string) => reviewFor(deployment(template(), { managedFields: [{ time }] }))
    const remembered = remembering(owned('2026-11-29T10:00:00Z'))
    expect(remembered.find(owned('2026-11-29T10:00:00Z'))).toBeDefined()
    expect(remembered.find(owned('2026-11-29T10:00:01Z'))).toBeUndefined()
  })
})

describe('over Pods and workloads that differ in few fields', () => {
  // So few values that near-equal bodies meet again among the 32 of one length that are compared.
  const word = fc.constantFrom('web', 'app', 'kube-api-access-x7k2q', 'kube-api-access-aaaaa')
  const suffixes = fc.constantFrom('x7k2q', 'aaaaa')
  const fields = fc.record({
    isPod: fc.boolean(),
    label: word,
    annotation: word,
    grace: fc.constantFrom(30, 60),
    sleep: fc.constantFrom(undefined, 5, 45),
    mode: fc.constantFrom('enforce', 'dry-run'),
  })
  type Fields = typeof fields extends fc.Arbitrary<infer T> ? T : never

  function objectOf({ isPod, label, annotation, grace, sleep, mode }: Fields, suffix: string): JsonObject {
    const name = `kube-api-access-${suffix}`
    const lifecycle = sleep === undefined ? {} : { lifecycle: { preStop: { sleep: { seconds: sleep } } } }
    const made = template({
      labels: { name: label, 'slackwater.dev/mode': mode },
      annotations: { name: annotation },
      grace,
      container: { ...lifecycle, volumeMounts: [{ name, mountPath: '/token' }] },
    })
    const whole = { ...made, spec: { ...(made['spec'] as JsonObject), volumes: [{ name }] } }
    return isPod ? podOf(whole) : deployment(whole)
  }

  test('what is remembered is what would be answered; the same with another uid, of a Pod with another suffix, is remembered', () => {
    const knowledge = knowing()
    const remembered = new RememberedAnswers(() => 0)
    /** @returns whether it was remembered. */
    const ask = (body: Buffer): boolean => {
      const fresh = answeredWith(body, knowledge)
      const known = remembered.find(body)
      if (known === undefined) remembered.keep(body, fresh)
      else {
        expect(known.response).toEqual(fresh.response)
        expect(known.answer).toEqual(fresh.answer)
      }
      return known !== undefined
    }
    fc.assert(
      fc.property(
        fields,
        fc.option(fields, { nil: null }),
        fc.tuple(suffixes, suffixes),
        fc.tuple(fc.uuid(), fc.uuid()),
        (now, before, [first, second], [uid, another]) => {
          const body = (suffix: string, id: string): Buffer =>
            reviewFor(objectOf(now, suffix), { uid: id }, before && objectOf(before, suffix))
          ask(body(first, uid))
          const wasFound = ask(body(second, another))
          const isPlain = [now.label, now.annotation].every((text) => !text.startsWith('kube-'))
          const isLoose = now.isPod && before === null && isPlain
          if (first === second || isLoose) expect(wasFound).toBe(true)
        },
      ),
      { numRuns: runsOf(10_000) },
    )
  })
})

describe('an answer is forgotten', () => {
  test('when anything changes that it rests on', () => {
    const knowledge = knowing()
    const inventory = knowledge.inventory as Inventory
    const body = reviewFor(deployment())
    const remembered = remembering(body, knowledge)
    expect(remembered.find(body)).toBeDefined()
    inventory.remove({ kind: 'Service', namespace: 'shop', name: 'web' })
    expect(remembered.find(body)).toBeUndefined()
    remembered.keep(body, answeredWith(body, knowledge))
    expect(remembered.find(body)?.answer.outcome).toBe('not-exposed')
  })

  test('while the inventory is in doubt', () => {
    let asOf: number | undefined = 1
    const body = reviewFor(deployment())
    const remembered = new RememberedAnswers(() => asOf)
    remembered.keep(body, answeredWith(body, knowing()))
    asOf = undefined
    expect(remembered.find(body)).toBeUndefined()
    remembered.keep(body, answeredWith(body, knowing()))
    asOf = 1
    expect(remembered.find(body)).toBeUndefined()
  })

  const named = (name: string, filler = '') =>
    reviewFor(deployment(template({ annotations: { filler } }), { name }))

  test('for those that come after it: 256 are kept, the ones used last', () => {
    const remembered = remembering(named('first'))
    for (let index = 0; index < 255; index++)
      remembered.keep(named(`web-${index}`), answeredWith(named(`web-${index}`), knowing()))
    expect(remembered.find(named('first'))).toBeDefined()
    remembered.keep(named('another'), answeredWith(named('another'), knowing()))
    expect(remembered.find(named('web-0'))).toBeUndefined()
    for (const name of ['first', 'web-1', 'web-254', 'another'])
      expect(remembered.find(named(name))).toBeDefined()
  })

  test('for those of the same length: 32 are compared', () => {
    const remembered = new RememberedAnswers(() => 0)
    const same = Array.from({ length: 33 }, (_, index) => named(`web-${index + 100}`))
    for (const body of same) remembered.keep(body, answeredWith(body, knowing()))
    expect(same.map((body) => remembered.find(body) !== undefined)).toEqual([false, ...Array(32).fill(true)])
  })

  test('for large ones: 4 MiB are kept, and of these no more than half for one', () => {
    // 1 MiB each: with their answers, of four the first does not fit.
    const large = (name: string) => named(name, 'x'.repeat(2 ** 20))
    const remembered = remembering(large('a'))
    for (const name of ['b', 'c', 'd']) remembered.keep(large(name), answeredWith(large(name), knowing()))
    expect(['a', 'b', 'c', 'd'].map((name) => remembered.find(large(name)) !== undefined)).toEqual([
      false,
      true,
      true,
      true,
    ])
    const larger = named('larger', 'x'.repeat(2 ** 21))
    expect(remembering(larger).find(larger)).toBeUndefined()
  })
})

describe('the server', () => {
  const running: Running[] = []
  afterEach(async () => {
    await Promise.all(running.splice(0).map(({ stop }) => stop()))
  })

  async function serve(options: RunningOptions): Promise<Running> {
    const server = await startApp(options)
    running.push(server)
    return server
  }

  test('decides once, and tells of each answer', async () => {
    const knowledge = knowing()
    let decided = 0
    const told: Answer[] = []
    const { post, logs, metrics } = await serve({
      admit: (request) => {
        decided += 1
        return admit(request, knowledge)
      },
      asOf: () => 1,
      onMutated: (answer) => void told.push(answer),
    })
    const uids = [UID, OTHER_UID, UID]
    const replies = []
    for (const uid of uids) replies.push(await post(reviewFor(deployment(), { uid })))
    expect(decided).toBe(1)
    expect(replies.map(({ json }) => (json as { response: JsonObject }).response['uid'])).toEqual(uids)
    expect(told.map(({ eventsFor }) => eventsFor?.[0]?.reason)).toEqual(Array(3).fill('Protected'))
    const lines = logs.filter(({ msg }) => msg === 'decision')
    expect(lines.map(({ uid, outcome, name }) => [uid, outcome, name])).toEqual(
      uids.map((uid) => [uid, 'patched', undefined]),
    )
    const { text } = await metrics.expose()
    expect(text).toMatch(/^slackwater_admission_requests_total\{.*outcome="patched".*\} 3$/m)
  })

  test('ends no more than one request where it fails at an answer that was given before', async () => {
    let told = 0
    const { post, logs } = await serve({
      asOf: () => 1,
      onMutated: () => {
        told += 1
        if (told === 2) throw new Error('a bug')
      },
    })
    const body = reviewFor(deployment())
    for (const _ of [1, 2, 3]) expect((await post(body)).json).toMatchObject({ response: { uid: UID } })
    expect(told).toBe(3)
    expect(logs.filter(({ msg }) => msg === 'request failed')).toHaveLength(1)
  })

  test('answers though it fails to remember', async () => {
    let asked = 0
    const { post } = await serve({
      // Once to look for an answer, once to keep it.
      asOf: () => {
        asked += 1
        if (asked === 2) throw new Error('a bug')
        return 1
      },
    })
    const { status, json } = await post(reviewFor(deployment()))
    expect([status, json]).toMatchObject([200, { response: { patchType: 'JSONPatch' } }])
    expect(asked).toBe(2)
  })

  test('remembers neither an error nor an answer that came too late, and nothing of the other webhook', async () => {
    let decided = 0
    const { post } = await serve({
      admit: (request) => {
        decided += 1
        if (decided === 1) throw new Error('a bug')
        return admit(request, knowing())
      },
      validate: () => {
        decided += 1
        return { outcome: 'x', operations: [], warnings: [], auditAnnotations: {}, log: {} }
      },
      asOf: () => 1,
    })
    const body = reviewFor(deployment())
    await post(body)
    await post(body, { path: '/mutate?timeout=0.000001ms' })
    expect(decided).toBe(1)
    expect((await post(body)).json).toMatchObject({ response: { patchType: 'JSONPatch' } })
    expect(decided).toBe(2)
    for (const _ of [1, 2]) await post(body, { path: '/validate' })
    expect(decided).toBe(4)
    // Nor is an answer given again after its time.
    const late = await post(body, { path: '/mutate?timeout=0.000001ms' })
    expect(late.json).toMatchObject({ response: { warnings: [expect.stringContaining('timeout')] } })
  })
})
