import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

const DIST = 'dist'

const textOf = (file: string): string => readFileSync(path.join(DIST, file), 'utf8')

const CHUNKS = readdirSync(DIST).filter((file) => file.endsWith('.js') && !file.startsWith('kubectl'))

/** What a chunk imports as it is loaded: all at its beginning, as minified code has it. */
const IMPORTED = /(?:^|;|\n)import(?:[\w$*{},\s]*?from)?\s*["']([^"']+)["']/g

const importedBy = (chunk: string): readonly string[] =>
  [...textOf(chunk).matchAll(IMPORTED)].map(([, from = '']) => from)

/** The chunks that are loaded with one, and that one. */
function loadedWith(name: string, known = new Set<string>()): ReadonlySet<string> {
  for (const chunk of CHUNKS.filter((one) => one === name || one.startsWith(`${name}-`))) {
    if (known.has(chunk)) continue
    known.add(chunk)
    for (const from of importedBy(chunk)) loadedWith(path.basename(from), known)
  }
  return known
}

/** The packages whose modules are in a chunk. One without a map only imports others. */
function packagesIn(chunk: string): readonly string[] {
  if (!existsSync(path.join(DIST, `${chunk}.map`))) return []
  const { sources } = JSON.parse(textOf(`${chunk}.map`)) as { readonly sources: readonly string[] }
  return sources.flatMap((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? [])
}

const packagesOf = (chunks: Iterable<string>): ReadonlySet<string> => new Set([...chunks].flatMap(packagesIn))

describe('the bundle', () => {
  test('has what the program uses, and not what its packages bring beside that', () => {
    const all = packagesOf(CHUNKS)
    for (const used of ['@kubernetes/client-node', 'fastify', 'pino', 'prom-client', 'ws'])
      expect(all).toContain(used)
    for (const unused of [
      'undici',
      'ajv',
      'light-my-request',
      'semver',
      'thread-stream',
      '@opentelemetry/api',
    ])
      expect(all).not.toContain(unused)
  })

  test('gets modules of Node.js with a call: an import would load more', () => {
    const imported = CHUNKS.flatMap(importedBy)
    expect(imported.length).toBeGreaterThan(100)
    expect(imported.filter((from) => !from.startsWith('./'))).toEqual([])
  })

  test('has no chunks that import each other: what is got with a call is not there before its chunk has run', () => {
    const imports = new Map(
      CHUNKS.map((chunk) => [chunk, importedBy(chunk).map((from) => path.basename(from))]),
    )
    let left: readonly string[] = CHUNKS
    for (let before = Number.POSITIVE_INFINITY; left.length < before; ) {
      before = left.length
      const waiting = new Set(left)
      left = left.filter((chunk) => imports.get(chunk)?.some((from) => waiting.has(from)))
    }
    expect(left).toEqual([])
  })

  test('loads neither the client nor the makers of certificates for a serve in a Pod', () => {
    const loaded = [
      ...loadedWith('main.js'),
      ...loadedWith('program'),
      ...loadedWith('serve'),
      ...loadedWith('follow-cluster'),
    ]
    const packages = packagesOf(loaded)
    expect(packages).toContain('fastify')
    for (const unused of [
      '@kubernetes/client-node',
      'js-yaml',
      '@peculiar/x509',
      'reflect-metadata',
      'ws',
      'marked',
      'diff',
    ])
      expect(packages).not.toContain(unused)
  })

  test('has AWS’s SDK in chunks of their own, which neither a serve nor an audit loads without a question for AWS', () => {
    const isOfAws = (name: string): boolean => /^@(?:aws-sdk|aws|smithy)\//.test(name)
    const having = CHUNKS.filter((chunk) => packagesIn(chunk).some(isOfAws))
    expect([...packagesOf(having)]).toContain('@aws-sdk/client-elastic-load-balancing-v2')
    // Nothing else is in them, so that nothing else brings them along.
    const others = [...packagesOf(having)].filter((name) => !isOfAws(name))
    expect(others.filter((name) => name !== 'bowser')).toEqual([])
    for (const command of [
      'main.js',
      'program',
      'serve',
      'follow-cluster',
      'audit',
      'report',
      'plan',
      'explain',
    ])
      expect([command, [...packagesOf(loadedWith(command))].filter(isOfAws)]).toEqual([command, []])
  })

  test('loads only the parser of arguments for the help', () => {
    expect([...packagesOf([...loadedWith('main.js'), ...loadedWith('program')])]).toEqual(['commander'])
  })
})
