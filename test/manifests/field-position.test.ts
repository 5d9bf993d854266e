import { describe, expect, test } from 'vitest'
import { type FieldPath, fieldPositions } from '../../src/manifests/field-position.ts'
import { readManifests } from '../../src/manifests/read.ts'

const lineOf = (text: string, field: FieldPath, at = 0): number | undefined => {
  const object = readManifests([{ name: 'a.yaml', text }]).objects[at]
  return object && fieldPositions()(object, field).line
}

/** Lines are those of the text below, counted by hand. */
const TWO = `# 1
apiVersion: v1
kind: Service
metadata: { name: one }
---
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Service
    metadata:
      name: two
  - apiVersion: v1
    kind: Service
    metadata:
      name: three
    spec:
      ports:
        - port: 80
        - name: b
          port: x
`

describe('the line of a field', () => {
  test.for<readonly [string, string, FieldPath, number, number]>([
    ['of a document', TWO, ['metadata', 'name'], 0, 4],
    ['of an item of a List', TWO, ['spec', 'ports', 1, 'port'], 2, 21],
    ['an item of a list', TWO, ['spec', 'ports', 1], 2, 20],
    ['what is not there: what would contain it', TWO, ['spec', 'ports', 0, 'name'], 2, 19],
    ['nothing of it is there: its object', TWO, ['spec'], 1, 9],
    ['no field', TWO, [], 2, 13],
    [
      'JSON',
      '{"apiVersion": "v1", "kind": "Service",\n "metadata": {\n"name": "a"}}',
      ['metadata', 'name'],
      0,
      3,
    ],
    [
      'a key that comes twice: the last, which counts',
      'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\n# 4\nkind: Service\n',
      ['kind'],
      0,
      5,
    ],
    [
      'behind an alias: where the alias is',
      'apiVersion: v1\nkind: Service\nmetadata: { name: a }\nx: &x\n  y: 1\nspec:\n  z: *x\n',
      ['spec', 'z', 'y'],
      0,
      7,
    ],
    [
      'what a merge key brings: the mapping that has it',
      'apiVersion: v1\nkind: Service\nmetadata: { name: a }\nx: &x { y: 1 }\nspec:\n  <<: *x\n',
      ['spec', 'y'],
      0,
      5,
    ],
    ['what objects inherit', TWO, ['toString'], 0, 2],
    [
      'with a byte order mark and line ends of Windows',
      `\uFEFF${TWO.replaceAll('\n', '\r\n')}`,
      ['spec', 'ports', 1, 'port'],
      2,
      21,
    ],
  ])('%s', ([, text, field, at, line]) => expect(lineOf(text, field, at)).toBe(line))
})

test('many fields of one long List cost no more than reading it a few times', () => {
  const items = Array.from(
    { length: 3_000 },
    (_, at) => `- { apiVersion: v1, kind: Service, metadata: { name: s${at} } }\n`,
  )
  const text = `apiVersion: v1\nkind: List\nitems:\n${items.join('')}`
  const { objects } = readManifests([{ name: 'a.yaml', text }])
  const positionOf = fieldPositions()
  // The time limit of the test would not do for 3,000 readings of the whole text.
  expect(objects.map((object) => positionOf(object, ['metadata', 'name']).line)).toEqual(
    items.map((_, at) => at + 4),
  )
})
