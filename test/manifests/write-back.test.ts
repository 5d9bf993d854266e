import { describe, expect, test } from 'vitest'
import type { EditOperation } from '../../src/manifests/edit/operation.ts'
import { readManifests } from '../../src/manifests/read.ts'
import { type WrittenBack, writeBack } from '../../src/manifests/write-back.ts'

const CONTAINERS = '/spec/template/spec/containers'
const GRACE = '/spec/template/spec/terminationGracePeriodSeconds'
const HOOK = { preStop: { sleep: { seconds: 45 } } }

const add = (path: string, value: unknown): EditOperation => ({ op: 'add', path, value })
const replace = (path: string, value: unknown): EditOperation => ({ op: 'replace', path, value })
const remove = (path: string): EditOperation => ({ op: 'remove', path })

/** What Slackwater writes into a template without hook and grace. */
const INJECTION: readonly EditOperation[] = [add(GRACE, 75), add(`${CONTAINERS}/0/lifecycle`, HOOK)]

/** Edits the objects of those names. */
function edited(text: string, operations: Readonly<Record<string, readonly EditOperation[]>>): WrittenBack {
  const source = { name: 'web.yaml', text }
  const edits = readManifests([source]).objects.flatMap((object) => {
    const wanted = operations[object.name]
    return wanted === undefined ? [] : [{ object, operations: wanted }]
  })
  expect(edits).toHaveLength(Object.keys(operations).length)
  return writeBack(source, edits)
}

const lines = (...parts: readonly string[]): string => `${parts.join('\n')}\n`

const HEAD = lines('apiVersion: apps/v1', 'kind: Deployment', 'metadata: {name: web}')

interface Row {
  readonly title: string
  readonly before: string
  readonly operations: readonly EditOperation[]
  readonly after: string
}

const ROWS: readonly Row[] = [
  {
    title: 'a plain Deployment gets hook and grace behind the last line of their mappings',
    before: lines(
      'apiVersion: apps/v1',
      'kind: Deployment',
      'metadata:',
      '  name: web # the shop',
      'spec:',
      '  template:',
      '    spec:',
      '      containers:',
      '      - name: app',
      "        image: 'shop:1'   # pinned",
    ),
    operations: INJECTION,
    after: lines(
      'apiVersion: apps/v1',
      'kind: Deployment',
      'metadata:',
      '  name: web # the shop',
      'spec:',
      '  template:',
      '    spec:',
      '      containers:',
      '      - name: app',
      "        image: 'shop:1'   # pinned",
      '        lifecycle:',
      '          preStop:',
      '            sleep:',
      '              seconds: 45',
      '      terminationGracePeriodSeconds: 75',
    ),
  },
  {
    title: 'comments and blank lines between containers stay with what follows them',
    before: `${HEAD}${lines(
      'spec:',
      '    template:',
      '        spec:',
      '            containers:',
      '              # the first',
      '              - name: app',
      '',
      '              # the second',
      '              - name: proxy',
      '                args: [a,',
      '                  b] # two',
      '',
      '            # volumes come from the chart',
      '            volumes: []',
      '# the end',
    )}`,
    operations: [
      add(`${CONTAINERS}/0/lifecycle`, HOOK),
      add(`${CONTAINERS}/1/lifecycle`, HOOK),
      add(GRACE, 75),
    ],
    after: `${HEAD}${lines(
      'spec:',
      '    template:',
      '        spec:',
      '            containers:',
      '              # the first',
      '              - name: app',
      '                lifecycle:',
      '                    preStop:',
      '                        sleep:',
      '                            seconds: 45',
      '',
      '              # the second',
      '              - name: proxy',
      '                args: [a,',
      '                  b] # two',
      '                lifecycle:',
      '                    preStop:',
      '                        sleep:',
      '                            seconds: 45',
      '',
      '            # volumes come from the chart',
      '            volumes: []',
      '            terminationGracePeriodSeconds: 75',
      '# the end',
    )}`,
  },
  {
    title: 'values that stand in their line are replaced in their line',
    before: `${HEAD}${lines(
      'spec:',
      '  template:',
      '    spec:',
      '      terminationGracePeriodSeconds:   30   # was 10',
      '      containers:',
      '        - name: app',
      '          lifecycle: {}',
      '        - name: proxy',
      '          lifecycle: # none yet',
      '          livenessProbe: {httpGet: {path: /, port: 80}}',
      '',
      '',
    )}`,
    operations: [
      replace(GRACE, 75),
      add(`${CONTAINERS}/0/lifecycle/preStop`, HOOK.preStop),
      add(`${CONTAINERS}/1/lifecycle`, HOOK),
      add(`${CONTAINERS}/1/livenessProbe/terminationGracePeriodSeconds`, 30),
    ],
    after: `${HEAD}${lines(
      'spec:',
      '  template:',
      '    spec:',
      '      terminationGracePeriodSeconds:   75   # was 10',
      '      containers:',
      '        - name: app',
      '          lifecycle: {preStop: {sleep: {seconds: 45}}}',
      '        - name: proxy',
      '          lifecycle: # none yet',
      '            preStop:',
      '              sleep:',
      '                seconds: 45',
      '          livenessProbe: {httpGet: {path: /, port: 80}, terminationGracePeriodSeconds: 30}',
      '',
      '',
    )}`,
  },
  {
    title: 'a removed key goes with its lines, and a mapping left empty says so',
    before: `${HEAD}${lines(
      'spec:',
      '  template:',
      '    spec:',
      '      terminationGracePeriodSeconds: 75',
      '      # one container',
      '      containers:',
      '        - lifecycle: {preStop: {sleep: {seconds: 45}}}',
      '          name: app',
      '        - name: proxy',
      '          lifecycle:',
      '            preStop:',
      '              sleep:',
      '                seconds: 45',
      '          image: proxy:1',
    )}`,
    operations: [
      remove(GRACE),
      remove(`${CONTAINERS}/0/lifecycle`),
      remove(`${CONTAINERS}/1/lifecycle/preStop`),
    ],
    after: `${HEAD}${lines(
      'spec:',
      '  template:',
      '    spec:',
      '      # one container',
      '      containers:',
      '        - name: app',
      '        - name: proxy',
      '          lifecycle: {}',
      '          image: proxy:1',
    )}`,
  },
  {
    title: 'a replaced hook takes the lines of the old one, and text that needs quotes gets them',
    before: `${HEAD}${lines(
      'spec:',
      '  template:',
      '    spec:',
      '      containers:',
      '        - name: app',
      '          lifecycle:',
      '            preStop: # ours',
      '              sleep:',
      '                seconds: 45',
      '            postStart: {}',
    )}`,
    operations: [
      replace(`${CONTAINERS}/0/lifecycle/preStop`, { exec: { command: ['/bin/sh', '-c', 'sleep 45'] } }),
    ],
    after: `${HEAD}${lines(
      'spec:',
      '  template:',
      '    spec:',
      '      containers:',
      '        - name: app',
      '          lifecycle:',
      '            preStop: # ours',
      '              exec:',
      '                command: ["/bin/sh", "-c", "sleep 45"]',
      '            postStart: {}',
    )}`,
  },
  {
    title: 'a merged container gets a hook of its own, and an aliased hook is written out where it changes',
    before: `${HEAD}${lines(
      'x-base: &base {image: shop:1}',
      'x-hook: &hook',
      '  postStart: {exec: {command: [warm]}}',
      'spec:',
      '  template:',
      '    spec:',
      '      containers:',
      '        - <<: *base',
      '          name: app',
      '        - name: proxy',
      '          lifecycle: *hook # shared',
      '        - name: log',
      '          lifecycle: *hook',
    )}`,
    operations: [
      add(`${CONTAINERS}/0/lifecycle`, HOOK),
      add(`${CONTAINERS}/1/lifecycle/preStop`, HOOK.preStop),
    ],
    after: `${HEAD}${lines(
      'x-base: &base {image: shop:1}',
      'x-hook: &hook',
      '  postStart: {exec: {command: [warm]}}',
      'spec:',
      '  template:',
      '    spec:',
      '      containers:',
      '        - <<: *base',
      '          name: app',
      '          lifecycle:',
      '            preStop:',
      '              sleep:',
      '                seconds: 45',
      '        - name: proxy',
      '          lifecycle: # shared',
      '            postStart:',
      '              exec:',
      '                command: ["warm"]',
      '            preStop:',
      '              sleep:',
      '                seconds: 45',
      '        - name: log',
      '          lifecycle: *hook',
    )}`,
  },
  {
    title: 'text blocks keep their blank lines',
    before: `${HEAD}${lines(
      'spec:',
      '  template:',
      '    spec:',
      '      containers:',
      '        - name: app',
      '          args:',
      '            - |',
      '              one',
      '',
      '              two',
      '',
      '      # after',
      '      restartPolicy: Always',
    )}`,
    operations: [add(`${CONTAINERS}/0/lifecycle`, HOOK)],
    after: `${HEAD}${lines(
      'spec:',
      '  template:',
      '    spec:',
      '      containers:',
      '        - name: app',
      '          args:',
      '            - |',
      '              one',
      '',
      '              two',
      '          lifecycle:',
      '            preStop:',
      '              sleep:',
      '                seconds: 45',
      '',
      '      # after',
      '      restartPolicy: Always',
    )}`,
  },
  {
    title: 'items and values that are left empty end where their dash or colon stands',
    before: `${HEAD}${lines(
      'spec:',
      '  template:',
      '    spec:',
      '      containers:',
      '        - name: app',
      '          args:',
      '            - "a"',
      '            - # nothing',
      '',
      '        - name: proxy',
      '          env:',
      '',
      '# end',
    )}`,
    operations: [add(`${CONTAINERS}/0/lifecycle`, {}), add(`${CONTAINERS}/1/lifecycle`, {})],
    after: `${HEAD}${lines(
      'spec:',
      '  template:',
      '    spec:',
      '      containers:',
      '        - name: app',
      '          args:',
      '            - "a"',
      '            - # nothing',
      '          lifecycle: {}',
      '',
      '        - name: proxy',
      '          env:',
      '          lifecycle: {}',
      '',
      '# end',
    )}`,
  },
  {
    title: 'blank lines that a text block keeps stay in it',
    before: `${HEAD}${lines('spec:', '  template:', '    spec:', '      notes: |+', '        text', '', '# end')}`,
    operations: [add(GRACE, 75)],
    after: `${HEAD}${lines(
      'spec:',
      '  template:',
      '    spec:',
      '      notes: |+',
      '        text',
      '',
      '      terminationGracePeriodSeconds: 75',
      '# end',
    )}`,
  },
  {
    title: 'braces over several lines get a line of their own, with comments and a last comma kept',
    before: `${HEAD}${lines(
      'spec: {template: {spec: {',
      '    restartPolicy: Always, # one',
      '    priority: 0 # two',
      '  }}}',
      'more: {',
      '  a: 1,',
      '}',
    )}`,
    operations: [add(GRACE, 75), add('/more/b', 'yes')],
    after: `${HEAD}${lines(
      'spec: {template: {spec: {',
      '    restartPolicy: Always, # one',
      '    priority: 0, # two',
      '    terminationGracePeriodSeconds: 75',
      '  }}}',
      'more: {',
      '  a: 1,',
      '  b: "yes",',
      '}',
    )}`,
  },
  {
    title: 'members of braces go with one comma',
    before: `${HEAD}${lines('spec: {a: 1, b: {x: 1}, c: 3}')}`,
    operations: [remove('/spec/a'), remove('/spec/c'), remove('/spec/b/x')],
    after: `${HEAD}${lines('spec: {b: {}}')}`,
  },
  {
    title: 'of equal keys the last is the one that is replaced, and keys with slashes are found',
    before: `${HEAD}${lines('spec:', '  a/b: 1', '  a~b: 1', '  x: 1', '  x: "1"')}`,
    operations: [replace('/spec/a~1b', 2), replace('/spec/a~0b', 3), replace('/spec/x', 'one two')],
    after: `${HEAD}${lines('spec:', '  a/b: 2', '  a~b: 3', '  x: 1', '  x: "one two"')}`,
  },
  {
    title: 'single values of lists are replaced',
    before: `${HEAD}${lines('spec:', '  command: [sleep, "15"]', '  args:', '  - "15" # seconds')}`,
    operations: [replace('/spec/command/1', '45'), replace('/spec/args/0', '45')],
    after: `${HEAD}${lines('spec:', '  command: [sleep, "45"]', '  args:', '  - "45" # seconds')}`,
  },
  {
    title: 'minified JSON stays minified',
    before:
      '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"template":{"spec":{"containers":[{"name":"app"}]}}}}',
    operations: INJECTION,
    after:
      '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"template":{"spec":{"containers":[{"name":"app","lifecycle":{"preStop":{"sleep":{"seconds":45}}}}],"terminationGracePeriodSeconds":75}}}}',
  },
]

describe('writing back', () => {
  test.for(ROWS)('$title', ({ before, operations, after }) => {
    expect(edited(before, { web: operations })).toEqual({ text: after, refusals: [] })
  })

  test.for(ROWS)('with CRLF: $title', ({ before, operations, after }) => {
    const windows = (text: string): string => text.replaceAll('\n', '\r\n')
    expect(edited(windows(before), { web: operations })).toEqual({ text: windows(after), refusals: [] })
  })

  test.for(ROWS)('without a final line ending and behind a byte order mark: $title', (row) => {
    // One ending less; text blocks that keep blank lines need all of theirs.
    const bare = (text: string): string => `\uFEFF${text.replace(/\n$/, '')}`
    expect(edited(bare(row.before), { web: row.operations })).toEqual({ text: bare(row.after), refusals: [] })
  })

  test('no operations give the same text', () => {
    const text = `# only\r\n${HEAD}`
    expect(edited(text, { web: [] }).text).toBe(text)
  })

  test('pretty JSON keeps its indentation', () => {
    const deployment = (container: object, rest: object): object => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { template: { spec: { containers: [container], ...rest } } },
    })
    // Written by JSON.stringify on both sides: what is added must look as if it had always been there.
    for (const step of [2, 4, '\t']) {
      const before = JSON.stringify(deployment({ name: 'app', lifecycle: {} }, {}), null, step)
      const after = deployment({ name: 'app', lifecycle: HOOK }, { terminationGracePeriodSeconds: 75 })
      const operations = [add(GRACE, 75), add(`${CONTAINERS}/0/lifecycle/preStop`, HOOK.preStop)]
      expect(edited(before, { web: operations }).text).toBe(JSON.stringify(after, null, step))
    }
  })

  test('items of a List and documents beside each other are edited apart', () => {
    const text = lines(
      '# all of it',
      'apiVersion: v1',
      'kind: List',
      'items:',
      '- apiVersion: apps/v1',
      '  kind: Deployment',
      '  metadata: {name: one}',
      '  spec: {template: {spec: {containers: [{name: app}]}}}',
      '# two',
      '- apiVersion: apps/v1',
      '  kind: Deployment',
      '  metadata: {name: two}',
      '  spec:',
      '    template:',
      '      spec:',
      '        containers:',
      '        - name: app',
      '---',
      'broken: [',
      '---',
      'apiVersion: apps/v1',
      'kind: Deployment',
      'metadata: {name: three}',
      'spec:',
      '  replicas: 1',
      '  replicas: 2',
    )
    const after = lines(
      '# all of it',
      'apiVersion: v1',
      'kind: List',
      'items:',
      '- apiVersion: apps/v1',
      '  kind: Deployment',
      '  metadata: {name: one}',
      '  spec: {template: {spec: {containers: [{name: app}], terminationGracePeriodSeconds: 75}}}',
      '# two',
      '- apiVersion: apps/v1',
      '  kind: Deployment',
      '  metadata: {name: two}',
      '  spec:',
      '    template:',
      '      spec:',
      '        containers:',
      '        - name: app',
      '        terminationGracePeriodSeconds: 75',
      '---',
      'broken: [',
      '---',
      'apiVersion: apps/v1',
      'kind: Deployment',
      'metadata: {name: three}',
      'spec:',
      '  replicas: 1',
      '  replicas: 3',
    )
    const grace = [add(GRACE, 75)]
    const result = edited(text, { one: grace, two: grace, three: [replace('/spec/replicas', 3)] })
    expect(result).toEqual({ text: after, refusals: [] })
  })
})

describe('what cannot be written back safely is refused, and the rest goes on', () => {
  const probes = lines(
    'apiVersion: v1',
    'kind: List',
    'items:',
    '  - apiVersion: v1',
    '    kind: Pod',
    '    metadata: {name: shared}',
    '    spec:',
    '      containers:',
    '        - name: app',
    '          livenessProbe: &probe',
    '            tcpSocket: {port: 80}',
    '          readinessProbe: *probe',
    '  - apiVersion: v1',
    '    kind: Pod',
    '    metadata: {name: alone}',
    '    spec: {containers: [{name: app}]}',
  )

  test('a change inside an anchor that is used again would change the other place too', () => {
    const result = edited(probes, {
      shared: [add('/spec/containers/0/livenessProbe/terminationGracePeriodSeconds', 30)],
      alone: [add('/spec/terminationGracePeriodSeconds', 75)],
    })
    expect(result.text).toBe(
      probes.replace(
        '{containers: [{name: app}]}',
        '{containers: [{name: app}], terminationGracePeriodSeconds: 75}',
      ),
    )
    expect(result.refusals.map(({ reason }) => reason)).toEqual([
      'Pod shared is not changed: the change lies inside &probe, which is used again at ' +
        'web.yaml:12; write one of the two out',
    ])
  })

  test('a member that a merge key brings cannot be removed', () => {
    const text = `${HEAD}${lines(
      'x-base: &base {lifecycle: {preStop: {sleep: {seconds: 5}}}}',
      'spec: {template: {spec: {containers: [{<<: *base, name: app}]}}}',
    )}`
    const result = edited(text, { web: [remove(`${CONTAINERS}/0/lifecycle`)] })
    expect(result.text).toBe(text)
    expect(result.refusals[0]?.reason).toContain('"lifecycle" comes from a merge key')
  })

  test('a whole template behind an alias is not written out', () => {
    const image = 'x'.repeat(1000)
    const text = `${HEAD}${lines(
      `x-template: &template {spec: {containers: [{name: app, image: ${image}}]}}`,
      'spec:',
      '  template: *template',
    )}`
    const result = edited(text, { web: [add(GRACE, 75)] })
    expect(result.text).toBe(text)
    expect(result.refusals[0]?.reason).toContain('too large to write out')
  })

  test('an operation that does not apply is refused by its path', () => {
    const result = edited(HEAD, { web: [replace(GRACE, 75)] })
    expect(result.text).toBe(HEAD)
    expect(result.refusals[0]?.reason).toBe(
      `Deployment web is not changed: replace ${GRACE} does not apply to it`,
    )
  })

  test.for([
    ['a key with a question mark', 'spec:\n  ? a\n  : 1\n', add('/spec/b', 1), 'question mark'],
    ['an item of a list cannot be added', 'spec: {a: [1]}\n', add('/spec/a/0', 2), 'only single values'],
    [
      'a comment behind a dash',
      'spec:\n- a: 1\n  # why\n  b: 1\n',
      remove('/spec/0/a'),
      'there is a comment',
    ],
    ['a comment behind a member', 'spec: {a: 1, # why\n  b: 2}\n', remove('/spec/a'), 'there is a comment'],
    [
      'the first of equal keys shows up again',
      'spec:\n  a: 1\n  a: 2\n',
      remove('/spec/a'),
      'would not read',
    ],
    ['the object itself', '', replace('', {}), 'names the object itself'],
  ] as const)('%s', ([, spec, operation, reason]) => {
    const result = edited(HEAD + spec, { web: [operation] })
    expect(result.text).toBe(HEAD + spec)
    expect(result.refusals.map((refusal) => refusal.reason)).toEqual([expect.stringContaining(reason)])
  })

  test('a List item behind an alias is refused', () => {
    const text = lines(
      'apiVersion: v1',
      'kind: List',
      'x: &pod {apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {}}',
      'items: [*pod]',
    )
    const result = edited(text, { web: [add('/spec/terminationGracePeriodSeconds', 75)] })
    expect(result.text).toBe(text)
    expect(result.refusals[0]?.reason).toContain('Pod web is not changed: it comes from the alias')
  })
})
