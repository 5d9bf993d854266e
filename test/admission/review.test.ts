import { describe, expect, test } from 'vitest'
import { type Answer, parseReview, reviewOf } from '../../src/admission/review.ts'

const request = {
  uid: 'u-1',
  kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
  operation: 'CREATE',
  object: { kind: 'Deployment' },
}
const review = (further: object = {}) => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: { ...request, ...further },
})

describe('a review is read', () => {
  test('with everything that is there', () => {
    const body = review({
      name: 'web',
      namespace: 'shop',
      subResource: 'scale',
      dryRun: true,
      oldObject: { kind: 'Old' },
    })
    expect(parseReview(body)).toEqual({
      uid: 'u-1',
      kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
      operation: 'CREATE',
      name: 'web',
      namespace: 'shop',
      subResource: 'scale',
      dryRun: true,
      object: { kind: 'Deployment' },
      oldObject: { kind: 'Old' },
    })
  })

  test('with nothing but what it needs; an empty text is as good as none', () => {
    const kind = { kind: 'Pod' }
    expect(parseReview(review({ kind, name: '', namespace: '', subResource: '', dryRun: 'true' }))).toEqual({
      uid: 'u-1',
      kind: { group: '', version: '', kind: 'Pod' },
      operation: 'CREATE',
      dryRun: false,
      object: { kind: 'Deployment' },
      oldObject: undefined,
    })
  })
})

test.for<[string, unknown, string]>([
  ['a list', [], 'expected an AdmissionReview, got no JSON object'],
  ['null', null, 'expected an AdmissionReview, got no JSON object'],
  ['an empty object', {}, 'expected kind AdmissionReview of admission.k8s.io/v1, got nothing of nothing'],
  [
    'a kind that is no text',
    { kind: 7, apiVersion: null },
    'expected kind AdmissionReview of admission.k8s.io/v1, got no text of nothing',
  ],
  [
    'v1beta1',
    { ...review(), apiVersion: 'admission.k8s.io/v1beta1' },
    'expected kind AdmissionReview of admission.k8s.io/v1, got "AdmissionReview" of "admission.k8s.io/v1beta1"',
  ],
  ['no request', { ...review(), request: null }, 'request: expected an object'],
  ['no uid', review({ uid: undefined }), 'request.uid: expected a non-empty string'],
  ['an empty uid', review({ uid: '' }), 'request.uid: expected a non-empty string'],
  ['a uid that is a number', review({ uid: 7 }), 'request.uid: expected a non-empty string'],
  ['kind as text', review({ kind: 'Pod' }), 'request.kind.kind: expected a string'],
  ['kind without its kind', review({ kind: {} }), 'request.kind.kind: expected a string'],
  ['no operation', review({ operation: undefined }), 'request.operation: expected a string'],
])('%s is no review, and what was expected is said', ([, body, problem]) => {
  expect(parseReview(body)).toEqual({ problem })
})

test('a long value of a client is quoted in part: 64 characters', () => {
  const parsed = parseReview({ apiVersion: 'x'.repeat(10_000), kind: 'AdmissionReview' })
  expect(parsed).toEqual({
    problem: `expected kind AdmissionReview of admission.k8s.io/v1, got "AdmissionReview" of "${'x'.repeat(64)}"`,
  })
})

test('what a client sends instead of a kind is shown, not obeyed', () => {
  expect(parseReview({ apiVersion: '\u001b[2J', kind: 'a\nb' })).toEqual({
    problem: 'expected kind AdmissionReview of admission.k8s.io/v1, got "a\\nb" of "\\x1b[2J"',
  })
})

const nothing: Answer = { outcome: 'x', operations: [], warnings: [], auditAnnotations: {}, log: {} }
const response = (answer: Partial<Answer>) => JSON.parse(reviewOf('u-1', { ...nothing, ...answer }).body)

describe('an answer is finished', () => {
  test('without a patch it has neither patch nor patchType, and no empty lists', () => {
    expect(response({})).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: 'u-1', allowed: true },
    })
    expect(reviewOf('u-1', nothing).patchBytes).toBe(0)
  })

  test('with a patch it has both, and the patch is base64 of its UTF-8', () => {
    const operations = [{ op: 'add', path: '/a', value: 'ü' }] as const
    const { body, patchBytes } = reviewOf('u-1', { ...nothing, operations })
    const text = '[{"op":"add","path":"/a","value":"ü"}]'
    expect(JSON.parse(body).response).toEqual({
      uid: 'u-1',
      allowed: true,
      patchType: 'JSONPatch',
      patch: Buffer.from(text, 'utf8').toString('base64'),
    })
    // 38 characters, of which ü takes two bytes.
    expect(patchBytes).toBe(39)
  })

  test('audit annotations and warnings go along', () => {
    expect(response({ warnings: ['a'], auditAnnotations: { mode: 'off' } }).response).toEqual({
      uid: 'u-1',
      allowed: true,
      warnings: ['a'],
      auditAnnotations: { mode: 'off' },
    })
  })

  test('an audit annotation is one line with nothing to obey in it; JSON stays JSON', () => {
    const patch = JSON.stringify([{ op: 'add', path: '/a', value: '\u001b\u202e\u007f' }])
    const { auditAnnotations } = response({
      auditAnnotations: { decision: 'a\nb\u009b', patch },
    }).response
    expect(auditAnnotations.decision).toBe('a\\u000ab\\u009b')
    expect(auditAnnotations.patch).toMatch(/^[ -~]*$/)
    expect(JSON.parse(auditAnnotations.patch)).toEqual(JSON.parse(patch))
  })

  test.for<[string, string[], string[] | undefined]>([
    ['twice the same is said once', ['a', 'b', 'a'], ['a', 'b']],
    ['an empty one is not said', ['', 'a'], ['a']],
    ['nothing but an empty one is no list', [''], undefined],
    ['120 characters stay', ['x'.repeat(120)], ['x'.repeat(120)]],
    ['121 characters become 119 and an ellipsis', ['x'.repeat(121)], [`${'x'.repeat(119)}…`]],
    ['characters of two units count once', ['🌊'.repeat(120)], ['🌊'.repeat(120)]],
    ['characters of two units are not cut in two', ['🌊'.repeat(121)], [`${'🌊'.repeat(119)}…`]],
    ['what a terminal would obey is shown', ['a\u001b[31m\u202e\nb'], ['a\\x1b[31m\\u202e\\nb']],
    ['escapes count as they are shown: 29 × 4 + 4', ['\u0001'.repeat(31)], [`${'\\x01'.repeat(29)}\\x0…`]],
    [
      'those that are the same once cut are said once',
      [`${'x'.repeat(120)}a`, `${'x'.repeat(120)}b`],
      [`${'x'.repeat(119)}…`],
    ],
  ])('warnings: %s', ([, warnings, expected]) => {
    expect(response({ warnings }).response.warnings).toEqual(expected)
  })
})
