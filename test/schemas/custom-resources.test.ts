import { globSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { readManifests } from '../../src/manifests/read.ts'
import { groupOf, schemaCheck, unexpectedProblems } from './crd-schemas.ts'

/**
 * Every custom resource of our fixtures and examples fits the schemas that the AWS Load Balancer Controller publishes,
 * so that we never read a field that does not exist. The definitions are not part of this repository: checked where
 * SLACKWATER_CRDS names a folder that holds them.
 */
const folder = process.env['SLACKWATER_CRDS']

/** Fixtures with an object that the API server would refuse, by file, and why the case needs it. */
const WRONG_ON_PURPOSE: Readonly<Record<string, string>> = {}

const SMALL = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: things.elbv2.k8s.aws }
spec:
  group: elbv2.k8s.aws
  names: { kind: Thing }
  versions:
    - name: v1alpha1
      served: false
      schema: { openAPIV3Schema: { type: object } }
    - name: v1beta1
      served: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [type, retries]
              properties:
                type: { type: string, enum: [ip, instance] }
                retries: { type: integer, minimum: 1, default: 3 }
                subnet: { type: string, pattern: '^subnet-[0-9a-f]+$' }
                port:
                  anyOf: [{ type: integer }, { type: string }]
                  pattern: '^[a-z]+$'
                  x-kubernetes-int-or-string: true
                labels: { type: object, maxProperties: 2, additionalProperties: { type: string } }
                rules: { type: array, items: { type: object, properties: { weight: { type: integer, maximum: 999 } } } }
                nothing: { type: object }
                free:
                  type: object
                  properties: { known: { type: object, properties: { a: { type: string } } } }
                  x-kubernetes-preserve-unknown-fields: true
                template:
                  type: object
                  properties: { metadata: { type: object, properties: { labels: { type: object } } } }
                  x-kubernetes-validations: [{ rule: 'false' }]
`

const small = (text = SMALL) => ({ name: 'small.yaml', text })

describe('the check is strict', () => {
  const check = schemaCheck([small()])
  const thing = (raw: object, apiVersion = 'elbv2.k8s.aws/v1beta1', kind = 'Thing') =>
    check({ apiVersion, kind, raw: { apiVersion, kind, metadata: { name: 'x', anything: 1 }, ...raw } })

  test.for<[string, object]>([
    ['every field as it should be', { subnet: 'subnet-0a', labels: { a: 'b' }, rules: [{ weight: 999 }] }],
    ['a required field that has a default is left out', {}],
    ['int-or-string is a number', { port: 80 }],
    ['int-or-string is a string', { port: 'http' }],
    ['unknown fields where they are preserved', { free: { x: { y: 1 }, known: { a: 'b' } } }],
    ['a CEL rule fails, which only the API server would know', { template: {} }],
  ])('fits: %s', ([, fields]) => {
    expect(thing({ spec: { type: 'ip', ...fields } })).toEqual([])
  })

  test.for<[string, object, string]>([
    ['a field that does not exist', { tpye: 'ip' }, '/spec/tpye: no such field'],
    ['one in a list', { rules: [{}, { wieght: 1 }] }, '/spec/rules/1/wieght: no such field'],
    ['one in an object without fields', { nothing: { a: 1 } }, '/spec/nothing/a: no such field'],
    ['one below preserved ones', { free: { known: { b: 1 } } }, '/spec/free/known/b: no such field'],
    [
      'one in metadata below the top',
      { template: { metadata: { a: 1 } } },
      '/spec/template/metadata/a: no such field',
    ],
    ['a wrong enum', { type: 'lambda' }, '/spec/type: must be one of ip, instance'],
    ['a required field is missing', { type: undefined }, '/spec: must have required properties type'],
    ['a number below the minimum', { retries: 0 }, '/spec/retries: must be >= 1'],
    ['a number above the maximum', { rules: [{ weight: 1000 }] }, '/spec/rules/0/weight: must be <= 999'],
    ['a number in quotes', { retries: '3' }, '/spec/retries: must be integer'],
    ['a fraction for int-or-string', { port: 1.5 }, '/spec/port: must be either integer or string'],
    ['a string against int-or-string’s pattern', { port: 'a1' }, '/spec/port: must match pattern "^[a-z]+$"'],
    [
      'a string against its pattern',
      { subnet: 'a' },
      '/spec/subnet: must match pattern "^subnet-[0-9a-f]+$"',
    ],
    ['a value of a map', { labels: { a: 1 } }, '/spec/labels/a: must be string'],
    [
      'a map too large',
      { labels: { a: '', b: '', c: '' } },
      '/spec/labels: must not have more than 2 properties',
    ],
    ['an object for a list', { rules: {} }, '/spec/rules: must be array'],
  ])('does not fit: %s', ([, fields, problem]) => {
    const spec = Object.entries({ type: 'ip', ...fields }).filter(([, value]) => value !== undefined)
    expect(thing({ spec: Object.fromEntries(spec) })).toEqual([problem])
  })

  test('at the top, only what the definition names and every object has', () => {
    expect(thing({ sepc: {} })).toEqual(['/sepc: no such field'])
    expect(thing({ metadata: [] })).toEqual(['/metadata: must be object'])
  })

  test('a version that is not defined or not served is an error, as is a kind', () => {
    const version = 'elbv2.k8s.aws/v9'
    expect(thing({}, version)).toEqual([`no definition serves Thing in ${version}`])
    expect(thing({}, 'elbv2.k8s.aws/v1alpha1')).toEqual([
      'no definition serves Thing in elbv2.k8s.aws/v1alpha1',
    ])
    expect(thing({}, 'elbv2.k8s.aws/v1beta1', 'Ting')).toEqual([
      'no definition serves Ting in elbv2.k8s.aws/v1beta1',
    ])
  })

  test('a group without definitions is not looked at', () => {
    expect(thing({ sepc: {} }, 'example.com/v1')).toBeUndefined()
    expect(thing({ sepc: {} }, 'v1')).toBeUndefined()
  })

  test('Auto Mode’s kinds are checked by the nearest published shape, in their one version', () => {
    expect(thing({ spec: { type: 'ip' } }, 'eks.amazonaws.com/v1')).toEqual([])
    expect(thing({ spec: { type: 'ip', x: 1 } }, 'eks.amazonaws.com/v1')).toEqual(['/spec/x: no such field'])
    expect(thing({}, 'eks.amazonaws.com/v2')).toEqual(['no definition serves Thing in eks.amazonaws.com/v2'])
  })

  test.for([
    [
      'a keyword that the check does not know',
      SMALL.replace('minimum:', 'exclusiveMinimum:'),
      'exclusiveMinimum',
    ],
    [
      'a file that holds something else',
      'kind: Deployment',
      'small.yaml: expected only CustomResourceDefinitions',
    ],
  ] as const)('%s is refused, not passed over', ([, definition, message]) => {
    expect(() => schemaCheck([small(definition)])).toThrow(message)
  })
})

test('a problem names file, line, object, field and what is expected, but for files wrong on purpose', () => {
  const text = (spec: string) =>
    `kind: Service\napiVersion: v1\nmetadata: {name: web}\n---\nkind: Thing\napiVersion: elbv2.k8s.aws/v1beta1\n` +
    `metadata: {name: web, namespace: shop}\nspec: ${spec}\n`
  const { objects } = readManifests([
    { name: 'a.yaml', text: text('{type: lambda}') },
    { name: 'b.yaml', text: text('{type: lambda}') },
    { name: 'c.yaml', text: text('{type: ip}') },
  ])
  const wrongOnPurpose = { 'b.yaml': 'no such target type', 'c.yaml': 'a slip in the table' }
  expect(unexpectedProblems(objects, schemaCheck([small()]), wrongOnPurpose)).toEqual([
    'a.yaml:5 Thing shop/web: /spec/type: must be one of ip, instance',
    'c.yaml: listed as wrong on purpose, but it fits',
  ])
})

if (folder !== undefined) {
  const check = schemaCheck(
    readdirSync(folder)
      .filter((file) => file.endsWith('.yaml'))
      .map((name) => ({ name, text: readFileSync(path.join(folder, name), 'utf8') })),
  )
  const files = globSync(['test/fixtures/**/*.{yaml,yml}', 'examples/**/*.{yaml,yml}'])
    .filter((file) => !file.endsWith('.expected.yaml'))
    .sort()
  const { objects, problems, notes } = readManifests(
    files.map((name) => ({ name, text: readFileSync(name, 'utf8') })),
  )

  test('every document of fixtures and examples can be read', () => {
    expect([...problems, ...notes]).toEqual([])
  })

  test('every custom resource of fixtures and examples fits its published schema', () => {
    expect(unexpectedProblems(objects, check, WRONG_ON_PURPOSE)).toEqual([])
  })

  test('custom resources of every group are among them', () => {
    const checked = objects.filter((object) => check(object) !== undefined)
    const groups = new Set(checked.map(({ apiVersion }) => groupOf(apiVersion)))
    expect([...groups].sort()).toEqual(['eks.amazonaws.com', 'elbv2.k8s.aws', 'gateway.k8s.aws'])
  })
}
