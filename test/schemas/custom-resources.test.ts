import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { schemaCheck, schemaCheckOf } from './crd-schemas.ts'

/**
 * Every custom resource of our fixtures and examples fits the schemas that the AWS Load Balancer Controller publishes,
 * so that we never read a field that does not exist. The definitions are not part of this repository: checked where
 * SLACKWATER_CRDS names a folder that holds them.
 */
const folder = process.env['SLACKWATER_CRDS']

const FILES = globSync(['test/fixtures/**/*.yaml', 'examples/**/*.yaml'])
  .filter((file) => !file.endsWith('.expected.yaml'))
  .sort()

const SMALL = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: things.elbv2.k8s.aws }
spec:
  group: elbv2.k8s.aws
  names: { kind: Thing }
  versions:
    - name: v1beta1
      schema:
        openAPIV3Schema:
          type: object
          properties:
            apiVersion: { type: string }
            kind: { type: string }
            metadata: { type: object }
            spec:
              type: object
              required: [type]
              properties:
                type: { type: string, enum: [ip, instance] }
                port: { anyOf: [{ type: integer }, { type: string }], x-kubernetes-int-or-string: true }
                labels: { type: object, additionalProperties: { type: string } }
                rules: { type: array, items: { type: object, properties: { weight: { type: integer, maximum: 999 } } } }
                free: { type: object, properties: { known: { type: string } }, x-kubernetes-preserve-unknown-fields: true }
`

describe('the check is strict', () => {
  const check = schemaCheck([SMALL])
  const thing = (spec: unknown, apiVersion = 'elbv2.k8s.aws/v1beta1', kind = 'Thing') =>
    check({ apiVersion, kind, metadata: { name: 'x', anything: 1 }, spec })

  test.for<[string, unknown, readonly string[]]>([
    ['what fits', { type: 'ip', port: 80, labels: { a: 'b' }, rules: [{ weight: 1 }], free: { x: 1 } }, []],
    ['a port by name', { type: 'ip', port: 'http' }, []],
    ['a field that does not exist', { type: 'ip', tpye: 'ip' }, ['/spec/tpye: no such field']],
    ['one in a list', { type: 'ip', rules: [{ wieght: 1 }] }, ['/spec/rules/0/wieght: no such field']],
    [
      'a value that is none of the allowed',
      { type: 'lambda' },
      ['/spec/type: must be equal to one of the allowed values'],
    ],
    ['a field that is missing', {}, ['/spec: must have required properties type']],
    [
      'a number above the maximum',
      { type: 'ip', rules: [{ weight: 1000 }] },
      ['/spec/rules/0/weight: must be <= 999'],
    ],
    ['a label that is no text', { type: 'ip', labels: { a: 1 } }, ['/spec/labels/a: must be string']],
  ])('%s', ([, spec, problems]) => {
    expect(thing(spec)).toEqual(problems)
  })

  test('a version that is not defined is an error, a group that is not is nothing to check', () => {
    expect(thing({}, 'elbv2.k8s.aws/v9')).toEqual(['no schema of elbv2.k8s.aws/v9 Thing'])
    expect(thing({}, 'example.com/v1')).toBeUndefined()
  })

  test('Auto Mode’s kinds are checked by the nearest published shape', () => {
    expect(thing({ type: 'ip' }, 'eks.amazonaws.com/v1')).toEqual([])
    expect(thing({ type: 'ip', x: 1 }, 'eks.amazonaws.com/v1')).toEqual(['/spec/x: no such field'])
  })
})

if (folder !== undefined) {
  const check = schemaCheckOf(folder)
  const checked = FILES.flatMap((file) =>
    parseAllDocuments(readFileSync(file, 'utf8')).flatMap((document) => {
      const problems = check(document.toJS())
      return problems === undefined ? [] : [{ file, problems }]
    }),
  )

  test('every custom resource of fixtures and examples fits its published schema', () => {
    const wrong = checked.flatMap(({ file, problems }) => problems.map((problem) => `${file}: ${problem}`))
    expect(wrong).toEqual([])
    expect(checked.length).toBeGreaterThan(100)
  })
}
