import { describe, expect, test } from 'vitest'
import { withResource } from '../../src/manifests/listed-resource.ts'

const FILE = 'ns.yaml'

describe('one more entry, and no other byte changes', () => {
  test.for<[string, string, string]>([
    [
      'a comment above an item, and one behind the last',
      '# mine\nresources:\n  # why\n  - web.yaml # from upstream\n\nimages: []\n',
      '# mine\nresources:\n  # why\n  - web.yaml # from upstream\n  - ns.yaml\n\nimages: []\n',
    ],
    [
      'items that are commented out behind the last',
      '---\nresources:\n- web.yaml\n# - old.yaml\n# - older.yaml\n',
      '---\nresources:\n- web.yaml\n- ns.yaml\n# - old.yaml\n# - older.yaml\n',
    ],
    ['no newline at the end', 'resources:\n- a.yaml', 'resources:\n- a.yaml\n- ns.yaml'],
    [
      'Windows line endings',
      'resources:\r\n- a.yaml\r\nnamePrefix: x-\r\n',
      'resources:\r\n- a.yaml\r\n- ns.yaml\r\nnamePrefix: x-\r\n',
    ],
    [
      'a list in brackets',
      'resources: [ a.yaml, "b.yaml" ] # two\n',
      'resources: [ a.yaml, "b.yaml", ns.yaml ] # two\n',
    ],
    ['quoted items', "resources:\n    - 'a.yaml'\n", "resources:\n    - 'a.yaml'\n    - ns.yaml\n"],
    ['a byte order mark', '\uFEFFresources:\n- a.yaml\n', '\uFEFFresources:\n- a.yaml\n- ns.yaml\n'],
  ])('%s', ([, before, after]) => expect(withResource(before, FILE)).toBe(after))

  test.for<[string, string]>([
    ['none yet', 'namespace: x\n'],
    ['an empty list', 'resources: []\nnamespace: x\n'],
    ['left empty', 'resources:\nnamespace: x\n'],
  ])('a list of its own: %s', ([, before]) => {
    const after = withResource(before, FILE) ?? ''
    expect(after).toMatch(/^resources: \["ns\.yaml"\]$/m)
    expect(after).toContain('namespace: x')
  })
})

test.for(['resources:\n- ns.yaml\n- a.yaml\n', 'resources: [./ns.yaml]\n'])('never twice: %j', (text) =>
  expect(withResource(text, FILE)).toBe(text),
)

test.for<[string, string]>([
  ['no list', 'resources: web.yaml\n'],
  ['no mapping', '- a.yaml\n'],
  ['unreadable', 'resources: [\n'],
  ['two documents', 'resources: [a.yaml]\n---\nresources: [b.yaml]\n'],
  ['an anchor that is used again', 'resources: &all [a.yaml]\ncrds: *all\n'],
])('refused rather than guessed: %s', ([, text]) => expect(withResource(text, FILE)).toBeUndefined())
