import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseSync } from 'rolldown/experimental'
import { describe, expect, test } from 'vitest'

/** Which way imports may point: docs/architecture.md in the form of a test. */

interface Import {
  readonly from: string
  /** A file below src, or a package. */
  readonly to: string
  /** Only types: gone when the program runs. */
  readonly typeOnly: boolean
}

const SRC = path.resolve('src')
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))

const STATEMENT = /^(?:import|export)\s+(type\s)?(?:[^'"]*?from\s+)?'([^']+)'/gm
const DYNAMIC = /import\('([^']+)'\)/g

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(path.join(SRC, file), 'utf8')
  const target = (to: string): string =>
    to.startsWith('.') ? path.relative(SRC, path.resolve(SRC, path.dirname(file), to)) : to
  return [
    ...[...text.matchAll(STATEMENT)].map(([, type, to = '']) => ({
      from: file,
      to: target(to),
      typeOnly: type !== undefined,
    })),
    ...[...text.matchAll(DYNAMIC)].map(([, to = '']) => ({ from: file, to: target(to), typeOnly: false })),
  ]
}

const imports = files.flatMap(importsOf)
const isOurs = ({ to }: Import): boolean => files.includes(to)

/** What each room may import beside itself: rooms, then packages. */
const RULES: readonly (readonly [room: string, rooms: readonly string[], packages: readonly string[]])[] = [
  ['core/model', [], []],
  ['core/budget', ['core/model'], []],
  ['core/injection', ['core/model'], []],
  ['core/discovery', ['core/model'], []],
  ['core/inventory', ['core/model', 'core/discovery'], []],
  ['core/servers', ['core/model'], []],
  ['core/findings', ['core/model', 'core/budget', 'core/injection', 'core/servers', 'core/discovery'], []],
  [
    'core/decision',
    [
      'core/model',
      'core/budget',
      'core/injection',
      'core/servers',
      'core/findings',
      'core/discovery',
      'core/inventory',
    ],
    [],
  ],
  ['core/gates', ['core/model', 'core/decision', 'core/discovery', 'core/inventory'], []],
  ['core/departures', ['core/model'], []],
  ['core/handover', ['core/model', 'core/discovery'], []],
  ['core/traffic', ['core/model', 'core/discovery', 'core/inventory', 'core/findings'], []],
  ['core/adoption', ['core/model', 'core/decision', 'core/inventory'], []],
  ['judgement', ['core/model', 'core/findings'], []],
  ['explain', ['core/model', 'core/discovery'], []],
  ['pages', ['core/model', 'core/findings', 'judgement'], ['node:fs', 'node:path', 'node:sea']],
  ['completion', [], ['commander']],
  ['settings', ['core/model', 'core/findings'], ['typebox']],
  [
    'kubernetes',
    ['core/model', 'core/discovery', 'core/injection', 'core/departures', 'core/handover'],
    ['node:util', 'fast-json-patch', 'typebox'],
  ],
  [
    'manifests',
    ['core/model'],
    [
      'node:fs',
      'node:http',
      'node:https',
      'node:path',
      'node:timers/promises',
      'node:util',
      'node:v8',
      'node:zlib',
      'js-yaml',
      'yaml',
      'fast-json-patch',
    ],
  ],
  // The only room that starts programs.
  ['rendering', ['manifests'], ['node:child_process', 'node:fs', 'node:path']],
  ['inventory', ['core/model', 'core/inventory', 'kubernetes', 'manifests'], []],
  ['assessment', ['core', 'kubernetes', 'settings'], ['node:util']],
  ['admission', ['core', 'kubernetes', 'assessment'], ['node:util']],
  ['plan', ['core', 'judgement', 'kubernetes', 'manifests', 'inventory', 'assessment'], []],
  ['pacing', [], ['node:timers/promises']],
  ['lbc-metrics', ['core/model', 'cluster', 'pacing'], ['pino']],
  [
    'cluster',
    ['core', 'kubernetes', 'inventory', 'pacing'],
    // A kubeconfig is YAML; the client's own reader brings the models of every API with it.
    [
      'node:fs',
      'node:http',
      'node:https',
      'node:path',
      'node:perf_hooks',
      'node:stream',
      '@kubernetes/client-node',
      'yaml',
    ],
  ],
  [
    'controller',
    ['core', 'kubernetes', 'assessment', 'cluster', 'pacing'],
    ['node:crypto', 'node:os', 'pino'],
  ],
  ['removal', ['core', 'kubernetes', 'assessment', 'cluster', 'pacing', 'policy-reports'], []],
  [
    'certificates',
    ['core/model', 'kubernetes', 'cluster', 'pacing'],
    ['node:crypto', 'node:net', 'node:tls', 'pino', '@peculiar/x509', 'reflect-metadata'],
  ],
  ['report', ['core', 'judgement', 'kubernetes', 'assessment', 'cluster', 'lbc-metrics'], ['typebox']],
  ['audit', ['core', 'kubernetes', 'cluster', 'report'], ['node:util']],
  ['handover', ['core', 'kubernetes', 'assessment', 'cluster', 'pacing', 'audit', 'report'], ['typebox']],
  ['policy-reports', ['core', 'judgement', 'kubernetes', 'cluster', 'pacing', 'report'], ['pino']],
  ['server', ['core/model', 'admission', 'pacing'], ['node:', 'fastify', 'pino', 'prom-client']],
  [
    'result',
    ['core/model', 'core/findings', 'judgement', 'kubernetes', 'manifests', 'plan', 'report'],
    ['typebox'],
  ],
  [
    'render',
    [
      'core',
      'judgement',
      'kubernetes',
      'manifests',
      'plan',
      'report',
      'removal',
      'result',
      'pages',
      'handover',
    ],
    ['diff', 'marked', 'node:crypto', 'node:fs', 'node:path', 'node:url', 'node:zlib', 'picocolors', 'yaml'],
  ],
  [
    'serve',
    [
      'core',
      'settings',
      'manifests',
      'inventory',
      'assessment',
      'admission',
      'pacing',
      'cluster',
      'controller',
      'lbc-metrics',
      'certificates',
      'report',
      'result',
      'policy-reports',
      'server',
      'render',
      '../package.json',
    ],
    ['node:fs', 'pino'],
  ],
  [
    'cli',
    [
      'core/model',
      'core/findings',
      'audit',
      'judgement',
      'settings',
      'manifests',
      'rendering',
      'plan',
      'explain',
      'pages',
      'completion',
      'cluster',
      'pacing',
      'report',
      'removal',
      'handover',
      'result',
      'server',
      'render',
      'serve',
      '../package.json',
    ],
    ['node:fs', 'node:path', 'commander'],
  ],
  ['main.ts', ['cli', 'render', 'core/model'], ['node:module', 'node:readline/promises']],
]

/** The same inside discovery: each room, and the rooms below it. */
const DISCOVERY = 'core/discovery'
const DISCOVERY_ROOMS: readonly (readonly [room: string, below: readonly string[]])[] = [
  ['objects', []],
  ['annotations', ['objects']],
  ['claims', ['objects', 'annotations']],
  ['lbc', ['objects', 'annotations', 'claims']],
  ['observed', ['objects', 'annotations', 'claims']],
  ['ingress', ['objects', 'annotations', 'claims', 'lbc']],
  ['service', ['objects', 'annotations', 'claims', 'lbc']],
  ['gateway', ['objects', 'annotations', 'claims', 'lbc']],
  ['binding', ['objects', 'annotations', 'claims', 'lbc', 'ingress']],
]

/** What joins the rooms of discovery. Anything else has a room. */
const DISCOVERY_ROOT = ['discover.ts', 'progress.ts', 'rules.ts']

const below = (place: string, room: string): boolean => place === room || place.startsWith(`${room}/`)
const isPackage = (to: string, name: string): boolean =>
  name.endsWith(':') ? to.startsWith(name) : to === name || to.startsWith(`${name}/`)

describe('imports point one way', () => {
  test.for(RULES)('%s', ([room, rooms, packages]) => {
    const wrong = imports
      .filter(({ from }) => below(from, room))
      .filter(({ to }) => !below(to, room))
      .filter(({ to }) => !rooms.some((allowed) => below(to, allowed)))
      .filter(({ to }) => !packages.some((allowed) => isPackage(to, allowed)))
    expect(wrong).toEqual([])
  })

  test.for(DISCOVERY_ROOMS)('core/discovery/%s', ([room, rooms]) => {
    const wrong = imports
      .filter(({ from }) => below(from, `${DISCOVERY}/${room}`))
      .filter(({ to }) => below(to, DISCOVERY))
      .filter(({ to }) => ![room, ...rooms].some((allowed) => below(to, `${DISCOVERY}/${allowed}`)))
    expect(wrong).toEqual([])
  })

  test('discovery has these rooms, and at its root only what joins them', () => {
    const entries = readdirSync(path.join(SRC, DISCOVERY), { withFileTypes: true })
    const named = (wanted: boolean) =>
      entries
        .filter((entry) => entry.isDirectory() === wanted)
        .map(({ name }) => name)
        .sort()
    expect(named(true)).toEqual(DISCOVERY_ROOMS.map(([room]) => room).sort())
    expect(named(false)).toEqual(DISCOVERY_ROOT)
  })

  test('every file is in a room that has a rule', () => {
    expect(files.filter((file) => !RULES.some(([room]) => below(file, room)))).toEqual([])
  })
})

test('no file needs one that needs it, however far round, be it for a type', () => {
  const next = Map.groupBy(imports.filter(isOurs), ({ from }) => from)
  const finished = new Set<string>()
  const walk = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) throw new Error(`a circle: ${[...way, file].join(' → ')}`)
    if (finished.has(file)) return
    for (const { to } of next.get(file) ?? []) walk(to, [...way, file])
    finished.add(file)
  }
  for (const file of files) walk(file, [])
  expect(finished.size).toBe(files.length)
})

describe('what only the composition root may do', () => {
  const sources = files.map((file) => ({ file, text: readFileSync(path.join(SRC, file), 'utf8') }))
  test.for<readonly [words: string, ...others: string[]]>([
    ['process.argv'],
    // The client reads KUBECONFIG by itself, and which files those are must be known beside it.
    ['process.env', 'cluster/kube-config.ts', 'cluster/pod-access.ts'],
    ['process.exit'],
    ['process.stdout'],
  ])('%s', ([words, ...others]) => {
    const found = sources.filter(({ text }) => text.includes(words)).map(({ file }) => file)
    expect(found.toSorted()).toEqual([...others, 'main.ts'])
  })

  test.for([
    [/Date\.now|new Date\(\)|performance\.|setTimeout|setInterval/],
    [/Math\.random|randomUUID/],
    [/await |Promise</],
  ])('the core has no %s', ([words = /$^/]) => {
    const core = sources.filter(({ file }) => below(file, 'core'))
    expect(core.filter(({ text }) => words.test(text)).map(({ file }) => file)).toEqual([])
  })
})

test('the help loads neither the web server, nor YAML, nor the Kubernetes client', () => {
  const eager = new Set<string>()
  const visit = (file: string): void => {
    if (eager.has(file)) return
    eager.add(file)
    for (const [, to = ''] of readFileSync(path.join(SRC, file), 'utf8').matchAll(
      /^import\s+(?!type)[^'"]*?from\s+'(\.[^']+)'/gm,
    ))
      if (to.endsWith('.ts')) visit(path.relative(SRC, path.resolve(SRC, path.dirname(file), to)))
  }
  visit('cli/program.ts')
  expect([...eager].sort()).toEqual([
    'cli/audit-command.ts',
    'cli/completion-command.ts',
    'cli/examples.ts',
    'cli/explain-command.ts',
    'cli/handover-command.ts',
    'cli/lint-command.ts',
    'cli/numbers.ts',
    'cli/options.ts',
    'cli/plan-command.ts',
    'cli/program.ts',
    'cli/remove-command.ts',
    'cli/report-command.ts',
    'cli/serve-command.ts',
    'cli/version-command.ts',
    'core/model/printable.ts',
    'judgement/exit.ts',
    'render/formats.ts',
  ])
  const client = imports.filter(({ to, typeOnly }) => to.startsWith('@kubernetes/client-node') && !typeOnly)
  expect(client.map(({ from }) => from).sort()).toEqual(['cluster/kube-config.ts', 'cluster/port-forward.ts'])
})

test('what is exported is imported by somebody', () => {
  const others = ['test', 'bench', 'examples', 'scripts'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => path.join(folder, file)),
  )
  const own = files.map((file) => path.join('src', file))
  const named = new Set(
    [...own, ...others].flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\{([^{}]*)\}\s*(?:from\s|=\s*await import)/g)].flatMap(
        ([, names = '']) =>
          names.split(',').map(
            (name) =>
              name
                .trim()
                .replace(/^type /, '')
                .split(/ as |:/)[0],
          ),
      ),
    ),
  )
  const declared = /^export (?:async )?(?:type|interface|const|class|function\*?) ([\w$]+)/gm
  const unused = files.flatMap((file) =>
    [...readFileSync(path.join(SRC, file), 'utf8').matchAll(declared)]
      .filter(([, name = '']) => !named.has(name))
      .map(([, name]) => `${file}: ${name}`),
  )
  expect(unused).toEqual([])
})

describe('nothing is longer than can be read at one go', () => {
  test('a file has at most 300 lines', () => {
    const lines = (file: string): number =>
      readFileSync(path.join(SRC, file), 'utf8').trimEnd().split('\n').length
    expect(files.filter((file) => lines(file) > 300).sort()).toEqual([])
  })

  test('a function has at most 60', () => {
    const hasLong = (file: string): boolean => {
      const text = readFileSync(path.join(SRC, file), 'utf8')
      const isLong = (node: unknown): boolean => {
        if (typeof node !== 'object' || node === null) return false
        const { type, start, end } = node as Partial<Record<'type' | 'start' | 'end', unknown>>
        const isFunction = typeof type === 'string' && /^(Function|ArrowFunction)/.test(type)
        const lines = isFunction ? text.slice(Number(start), Number(end)).split('\n').length : 0
        return lines > 60 || Object.values(node).some(isLong)
      }
      return isLong(parseSync(file, text).program)
    }
    expect(files.filter(hasLong).sort()).toEqual([])
  })
})

test('the name of an exported type is exported once', () => {
  const declared = files.flatMap((file) =>
    [...readFileSync(path.join(SRC, file), 'utf8').matchAll(/^export (?:type|interface|class) (\w+)/gm)].map(
      ([, name = '']) => name,
    ),
  )
  const counts = Map.groupBy(declared, (name) => name)
  const several = [...counts].filter(([, { length }]) => length > 1).map(([name]) => name)
  expect(several.sort()).toEqual([])
})
