import { describe, expect, test } from 'vitest'
import { effective } from '../../src/manifests/effective.ts'
import { type ManifestSet, readManifests } from '../../src/manifests/read.ts'
import { tokensOf } from '../../src/manifests/tokens.ts'
import { writeBack } from '../../src/manifests/write-back.ts'
import { IS_DEEP, runsOf } from '../depth.ts'

const read = (text: string, name = 'a.yaml'): ManifestSet => readManifests([{ name, text }])
const keys = (count: number): string => Array.from({ length: count }, (_, at) => `k${at}: 1`).join(', ')

const mapped = (count: number, key: string, value: string): string =>
  Array.from({ length: count }, (_, at) => `${key}${at}: ${value}`).join('\n')

const lines = (...parts: readonly string[]): string => `${parts.join('\n')}\n`

/** `kind name line` of every object: what most tests here are about. */
const found = ({ objects }: ManifestSet): readonly string[] =>
  objects.map(({ kind, name, position }) => `${kind} ${name} ${position.line}`)

const said = ({ notes }: ManifestSet): readonly string[] => notes.map(({ id, line }) => `${id} ${line}`)
const wrong = ({ problems }: ManifestSet): readonly string[] =>
  problems.map(({ line, column }) => `${line}:${column}`)

const pod = (name: string): string => `{apiVersion: v1, kind: Pod, metadata: {name: ${name}}}`

interface Row {
  readonly title: string
  readonly text: string
  readonly objects: readonly string[]
  readonly notes?: readonly string[]
  /** `line:column` each. */
  readonly problems?: readonly string[]
}

const ROWS: readonly Row[] = [
  {
    title: 'documents are found by the line of their first key, empty ones are none',
    text: lines(
      '# head',
      '---',
      '',
      pod('a'),
      '---',
      '# nothing',
      '---',
      '...',
      '--- # third',
      '',
      pod('b'),
      '...',
      pod('c'),
    ),
    objects: ['Pod a 4', 'Pod b 11', 'Pod c 13'],
  },
  {
    title: 'with CRLF and a byte order mark',
    text: `\uFEFF${lines('---', pod('a'), '---', pod('b')).replaceAll('\n', '\r\n')}`,
    objects: ['Pod a 2', 'Pod b 4'],
  },
  {
    title: 'documents behind one with a directive are their own',
    text: lines(
      '%YAML 1.2',
      '# head',
      '',
      '---',
      pod('a'),
      '---',
      pod('b'),
      '...',
      '%YAML 1.2',
      '---',
      pod('c'),
      '---',
      pod('d'),
    ),
    objects: ['Pod a 5', 'Pod b 7', 'Pod c 11', 'Pod d 13'],
  },
  {
    title: 'a directive belongs to the document behind its marker',
    text: lines('# head', '%YAML 1.2', '---', pod('a')),
    objects: ['Pod a 4'],
  },
  {
    title: 'Lists of any kind are unwrapped, at any depth, with the lines of their items',
    text: lines(
      'apiVersion: v1',
      'kind: List',
      'items:',
      `- ${pod('a')}`,
      '-',
      '  apiVersion: v1',
      '  kind: PodList',
      '  items:',
      '  - metadata:',
      '      name: b',
    ),
    objects: ['Pod a 4', 'Pod b 9'],
  },
  {
    title: 'an empty List holds nothing',
    text: lines('apiVersion: v1', 'kind: List', 'items:'),
    objects: [],
    notes: ['empty-list 1'],
  },
  {
    title: 'JSON objects one behind the other, as jq writes them',
    text: '{\n\t"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}\n}\n{"apiVersion":"v1","kind":"Pod","metadata":{"name":"b"}}\n',
    objects: ['Pod a 1', 'Pod b 4'],
  },
  {
    title: 'a broken document in the middle spoils neither neighbor',
    text: lines(pod('a'), '---', 'kind: Pod', 'metadata: {name: x', 'spec: "', '---', pod('b')),
    objects: ['Pod a 1', 'Pod b 7'],
    // The brace of line 4 is still open where line 5 begins at the margin, which braces in a block may not.
    problems: ['5:1'],
  },
  {
    title: 'a quote that is never closed ends with its document',
    text: lines('a: "', '---', pod('b')),
    objects: ['Pod b 3'],
    // Behind the last character of the document, where the quote is missed.
    problems: ['1:5'],
  },
  {
    title: 'a marker inside a text block ends the document, as YAML has it',
    text: lines('a: |', '  text', '---', pod('b')),
    objects: ['Pod b 4'],
    notes: ['not-an-object 1'],
  },
  {
    title: 'tabs as indentation are named by line',
    text: lines('apiVersion: v1', 'metadata:', '\tname: a'),
    objects: [],
    problems: ['3:1'],
  },
  {
    title: 'documents that are no Kubernetes objects are passed over',
    text: lines('just words', '---', '- a', '---', 'replicas: 2', '---', 'apiVersion: v1', 'kind: Pod'),
    objects: [],
    notes: ['not-an-object 1', 'not-an-object 3', 'not-an-object 5', 'name-missing 7'],
  },
  {
    title: 'a name that is no text is passed over by line, the neighbor goes on',
    text: lines('---', pod('123'), '---', pod('{a: b}'), '---', pod('[a]'), '---', pod('b')),
    objects: ['Pod b 8'],
    notes: ['name-not-a-string 2', 'name-not-a-string 4', 'name-not-a-string 6'],
  },
  {
    title:
      'a name that a template of Helm leaves open is a problem: passed over, a workload would lack its Ingress',
    text: lines('---', pod('{{ .Release.Name }}'), '---', pod('b')),
    objects: ['Pod b 4'],
    // Behind 46 characters: the inner brace, which opens the key.
    problems: ['2:47'],
  },
  {
    title: 'other words in the place of values are text',
    text: lines(pod('$' + '{X}').replace('$' + '{X}', '"$' + '{X}"'), '---', pod('__X__')),
    objects: [`Pod ${'$'}{X} 1`, 'Pod __X__ 3'],
  },
  {
    title: 'of equal keys the last counts, and each is said',
    text: lines('apiVersion: v1', 'kind: Pod', 'metadata:', '  name: a', '  name: b', 'kind: Pod'),
    objects: ['Pod b 1'],
    notes: ['duplicate-key 5', 'duplicate-key 6'],
  },
  {
    title: 'a template of Helm is a problem where its braces stand for keys',
    text: lines(
      'apiVersion: v1',
      'kind: Pod',
      'metadata: {name: a}',
      'spec:',
      '  hostNetwork: {{ .Values.host }}',
    ),
    objects: [],
    // The inner of the two braces, in column 17, opens a mapping where a key is expected.
    problems: ['5:17'],
  },
  {
    title: 'an alias without its anchor is a problem at the alias',
    text: lines('a: 1', 'b: *nowhere', '---', pod('b')),
    objects: ['Pod b 4'],
    problems: ['2:4'],
  },
  {
    title: 'an alias inside its own anchor is a problem, not an endless loop',
    text: lines('a: &a [*a]'),
    objects: [],
    problems: ['1:8'],
  },
]

describe('reading', () => {
  test.for(ROWS)('$title', ({ text, objects, notes = [], problems = [] }) => {
    const set = read(text)
    expect(found(set)).toEqual(objects)
    expect(said(set)).toEqual(notes)
    expect(wrong(set)).toEqual(problems)
  })

  test('problems name the file and say what was expected', () => {
    const [problem] = read('a:\n\tb: 1\n', 'dir/x.yaml').problems
    expect(problem).toEqual({
      file: 'dir/x.yaml',
      line: 2,
      column: 1,
      message: 'Tabs are not allowed as indentation: expected spaces',
    })
  })

  test('a template of Helm is recognized', () => {
    const text = lines('{{- if .Values.on }}', 'apiVersion: v1', 'kind: Pod', '{{- end }}')
    expect(read(text).problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('looks like a Helm template: give the folder of its chart with --render'),
    ])
  })

  // 712 characters of its own: 10,000 + 100 × 712.
  test('a billion laughs are a problem, and the next document goes on', () => {
    const bomb = ['a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]']
    for (let level = 1; level < 12; level += 1) {
      bomb.push(
        `a${level}: &a${level} [${Array(10)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      )
    }
    const set = read(lines(...bomb, '---', pod('b')))
    expect(set.problems[0]?.message).toMatch(/^its aliases and merge keys add more than 81200 characters/)
    expect(found(set)).toEqual(['Pod b 14'])
  })

  // Each 10 % of a text adds as much as all of it may, again and again: only a bound for all of them ends that.
  test('so are bombs in every document, however many; what needs no alias is read', () => {
    const bomb = lines(
      `a: &a [${Array(100).fill('xxxxxxxx').join(', ')}]`,
      `b: [${Array(40).fill('*a').join(', ')}]`,
    )
    const first = read(Array(100).fill(bomb).join('---\n'))
    const many = read([...Array(2_000).fill(bomb), pod('b')].join('---\n'))
    expect(first.problems).toEqual([])
    // Each adds 40 × (8 + 100 × (8 + 8)) = 64,320; 32,000,000 are for all.
    expect(many.problems).toHaveLength(2_000 - Math.floor(32_000_000 / 64_320))
    expect(found(many)).toHaveLength(1)
  })

  test.for<[string, string]>([
    // 2,000 × 2,000 members, 4 × 2,000 × 2,000 and nothing at all 2,000 × 2,000 times.
    ['merged again and again', `a: &a {${keys(2_000)}}\nb: {<<: [${Array(2_000).fill('*a').join(', ')}]}`],
    ['merged into many', `a: &a {${keys(2_000)}}\n${mapped(2_000, 'b', '{<<: *a}')}`],
    ['nothing, merged', `a: &a [${Array(2_000).fill('{}').join(', ')}]\n${mapped(2_000, 'b', '{<<: *a}')}`],
    ['merged at each of many levels', `b: ${'{<<: '.repeat(900)}{${keys(2_000)}}${'}'.repeat(900)}`],
    ['a long text repeated', `a: &a ${'x'.repeat(10_000)}\nb: [${Array(10_000).fill('*a').join(', ')}]`],
    ['a long key repeated', `a: &a {${'k'.repeat(10_000)}: 1}\nb: [${Array(10_000).fill('*a').join(', ')}]`],
  ])('%s: its size is what its text says', ([, text]) => {
    expect(read(text).problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^its aliases and merge keys add more than \d+ characters/),
    ])
  })

  test('a key in a key in a key is not written out: it would double with each', () => {
    const set = read(`${'{'.repeat(500)}a${'}'.repeat(500)}\n---\n${pod('b')}`)
    expect(set.notes.map(({ id }) => id)).toEqual(['not-an-object'])
    expect(found(set)).toEqual(['Pod b 3'])
  })

  if (IS_DEEP)
    test('more keys that stand twice, and more documents on one line each, than a call takes arguments', () => {
      expect(read('a: 1\n'.repeat(150_000)).notes).toHaveLength(150_000)
      expect(read('{}\n'.repeat(150_000)).notes).toHaveLength(150_000)
    })

  test.for([
    ['brackets', '['],
    ['braces', '{a: '],
    ['items', '- '],
    ['explicit keys', '? '],
  ])('a million %s end at the first that is too deep', ([, part = '']) => {
    const [problem] = read(part.repeat(1_000_000)).problems
    expect(problem?.message).toContain('nested deeper than 1000 levels')
    expect(problem?.column).toBeLessThanOrEqual(1_001 * part.length)
  })

  test('a document of more lexemes than memory bears is a problem', () => {
    // `[`, and for each item a mark, its text and a comma.
    expect(() => [...tokensOf(`[${'a,'.repeat(100)}]`, 250)]).toThrow(
      'too large for one document: split it, or give Node.js more memory',
    )
    expect(() => [...tokensOf(`[${'a,'.repeat(100)}]`, 400)]).not.toThrow()
  })

  test('what a scalar holds is no level', () => {
    expect(read(lines(pod('a'), '---', 'a: |', ...Array(2_000).fill('  [ - ? {'))).problems).toEqual([])
    expect(read(Array(2_000).fill('- - a: b').join('\n')).problems).toEqual([])
  })

  /** Lists in Lists, around two Pods. */
  const nested = (lists: number): string =>
    `${'{apiVersion: v1, kind: List, items: ['.repeat(lists)}${pod('a')}, ${pod('b')}${']}'.repeat(lists)}`

  test('Lists in Lists are opened to ten, each object with its own way', () => {
    const { objects, problems } = read(nested(10))
    const above = Array(9).fill(['items', '0']).flat()
    expect(problems).toEqual([])
    expect(objects.map(({ place }) => place.path)).toEqual([
      [...above, 'items', '0'],
      [...above, 'items', '1'],
    ])
  })

  test('a List deeper than that is a problem of its document alone, at its place', () => {
    const set = read(lines(pod('c'), '---', nested(11), '---', pod('d')))
    // Ten beginnings of 37 characters stand before the eleventh.
    expect(wrong(set)).toEqual(['3:371'])
    expect(set.problems[0]?.message).toBe('Lists in Lists, deeper than 10: expected their items in one')
    expect(found(set)).toEqual(['Pod c 1', 'Pod d 5'])
  })

  test.for([2_000, 100_000])('%i brackets are a problem, not a crash', (depth) => {
    const set = read(lines(`a: ${'['.repeat(depth)}${']'.repeat(depth)}`, '---', pod('b')))
    expect(set.problems[0]?.message).toMatch(/nested (?:too deeply|deeper than)/)
    expect(found(set)).toEqual(['Pod b 3'])
  })
})

describe('values are read as kubectl reads them', () => {
  // goyaml.v2 resolve.go: YAML 1.1 booleans and octals, no base-60 numbers, no dates.
  test.for([
    ['yes', true],
    ['Off', false],
    ['"yes"', 'yes'],
    ['0644', 420],
    ['0o644', 420],
    ['0890', 890],
    ['22:22', '22:22'],
    ['2001-01-01', '2001-01-01'],
    ['1.50', 1.5],
    ['~', null],
    ['', null],
    ['v1.20', 'v1.20'],
  ] as const)('%s', ([written, value]) => {
    expect(read(`${pod('a').slice(0, -1)}, spec: {x: ${written}}}`).objects[0]?.raw).toHaveProperty(
      'spec.x',
      value,
    )
  })

  test('merge keys give way to own keys, earlier ones first, and aliases are copies', () => {
    const [object] = read(
      lines(
        'apiVersion: v1',
        'kind: Pod',
        'metadata: {name: a}',
        'x: [&one {a: 1, b: 1}, &two {b: 2, c: 2}]',
        'spec: &spec {c: 3, <<: [*one, *two]}',
        'again: *spec',
      ),
    ).objects
    expect(object?.raw).toHaveProperty('spec', { a: 1, b: 1, c: 3 })
    expect(object?.raw).toHaveProperty('again', { a: 1, b: 1, c: 3 })
    const raw = object?.raw as { readonly spec: object; readonly again: object }
    expect(raw.spec).not.toBe(raw.again)
  })

  test('a key called __proto__ is a key', () => {
    const raw = read(`${pod('a').slice(0, -1)}, __proto__: {x: 1}}`).objects[0]?.raw
    expect(Object.keys(raw ?? {})).toContain('__proto__')
    expect(raw).not.toHaveProperty('x')
  })
})

describe('the same object in several files', () => {
  const sources = [
    { name: 'a.yaml', text: lines(pod('web'), '---', pod('other')) },
    {
      name: 'b.yaml',
      text: lines('# changed', 'apiVersion: v1', 'kind: Pod', 'metadata: {name: web, namespace: default}'),
    },
    { name: 'c.yaml', text: lines('apiVersion: v1', 'kind: Pod', 'metadata: {name: web, namespace: shop}') },
  ]

  test('the later replaces the earlier, and a note names both', () => {
    const { objects } = readManifests(sources)
    expect(objects).toHaveLength(4)
    const set = effective(objects)
    expect(set.objects.map(({ name, position }) => `${name} ${position.file}`)).toEqual([
      'other a.yaml',
      'web b.yaml',
      'web c.yaml',
    ])
    expect(set.notes).toEqual([
      {
        severity: 'information',
        id: 'replaced',
        file: 'b.yaml',
        line: 2,
        text: 'Pod default/web replaces the one at a.yaml:1, as kubectl apply would',
      },
    ])
  })

  test('objects without a namespace belong to the given one', () => {
    const { objects } = readManifests(sources)
    expect(effective(objects, { namespace: 'shop' }).notes.map(({ file }) => file)).toEqual(['c.yaml'])
  })

  test('the version does not tell objects apart, the group does', () => {
    const named = (apiVersion: string): string => `{apiVersion: ${apiVersion}, kind: X, metadata: {name: a}}`
    const { objects } = read(lines(named('g/v1'), '---', named('g/v2'), '---', named('h/v1')))
    expect(effective(objects).objects.map(({ apiVersion }) => apiVersion)).toEqual(['g/v2', 'h/v1'])
  })
})

test('a file of megabytes is read and written back', () => {
  const padding = '# padding\n'.repeat(20)
  const one = (index: number): string =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: p${index}}\nspec:\n${padding}  containers:\n    - name: app\n`
  const count = Math.ceil(runsOf(10_000_000) / (one(0).length + 4))
  const text = Array.from({ length: count }, (_, index) => one(index)).join('---\n')
  const source = { name: 'big.yaml', text }
  const { objects } = readManifests([source])
  expect(objects).toHaveLength(count)
  const last = objects.at(-1)
  if (last === undefined) throw new Error('no object')
  // Each document has 26 lines, and all but the first a marker.
  expect(last.position.line).toBe((count - 1) * 27 + 1)
  const operations = [{ op: 'add', path: '/spec/terminationGracePeriodSeconds', value: 75 }] as const
  expect(writeBack(source, [{ object: last, operations }])).toEqual({
    text: `${text}  terminationGracePeriodSeconds: 75\n`,
    refusals: [],
  })
})

describe('tabs as indentation are called so, whatever else the parser finds', () => {
  const TAB = 'Tabs are not allowed as indentation: expected spaces'

  test.for([
    ['of a list', '        containers:\n\t- name: a\n\t  image: b', 2],
    ['of a mapping', 'a:\n\tb: 1', 2],
    ['of a later line of a mapping', 'a:\n  b: 1\n\tc: 2', 3],
    ['behind a comment', 'a:\n  # note\n\n\t- b: 1', 4],
    ['inside brackets', 'a:\n  b: {\n\tc: 1\n  }', 3],
    ['after spaces', 'a:\n  b:\n  \tc:\n\td: 1', 3],
  ] as const)('%s', ([, text, line]) => {
    const { problems } = readManifests([{ name: 'x.yaml', text }])
    expect(problems.map((problem) => [problem.line, problem.message])).toEqual([[line, TAB]])
  })

  test('a tab elsewhere is not blamed', () => {
    const { problems } = readManifests([{ name: 'x.yaml', text: 'a: "b\tc"\td: "\n' }])
    expect(problems).toHaveLength(1)
    expect(problems[0]?.message).not.toBe(TAB)
  })
})
