import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { shop } from '../cli/manifests.ts'
import { type Ran, slackwater } from '../cli/run.ts'
import { STAYS, treeOf, WARNED } from './odd-names.ts'
import { pathWith } from './tools.ts'

/** Charts and kustomizations, rendered by the real programs. */

const HELMS = ['helm', 'helm4'] as const
const KUSTOMIZES = [
  ['kustomize', 'kustomize build'],
  ['kubectl', 'kubectl kustomize'],
] as const

/** Two templates, of which one stands below a condition; the second one is behind the ALB. */
const CHART = {
  'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
  'values.yaml': 'extra: true\n',
  'templates/shop.yaml': WARNED.replaceAll('name: web', 'name: {{ .Release.Name }}'),
  'templates/extra.yaml':
    '{{- if .Values.extra }}\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: extra\n{{- end }}\n',
}

const chartIn = (folder: string, further: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(
    Object.entries({ ...CHART, ...further }).map(([name, text]) => [`${folder}/${name}`, text]),
  )

const OVERLAYS = {
  'deploy/base/kustomization.yaml': 'resources: [shop.yaml]\n',
  'deploy/base/shop.yaml': WARNED,
  'deploy/base/not-listed.yaml': WARNED.replaceAll('shop', 'elsewhere'),
  'deploy/overlays/a/kustomization.yaml': 'namePrefix: a-\nresources: [../../base]\n',
  'deploy/overlays/b/kustomization.yaml': 'namePrefix: b-\nresources: [../../base]\n',
  'deploy/component/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n',
}

interface Linted {
  readonly summary: Readonly<Record<string, number>>
  readonly findings: readonly {
    readonly id: string
    readonly file: string
    readonly line: number
    readonly source?: string
    readonly object?: { readonly name: string }
  }[]
}

const run = (PATH: string, args: readonly string[], cwd: string): Ran =>
  slackwater(args, { cwd, env: { PATH } })

const linted = (PATH: string, args: readonly string[], cwd: string): Linted =>
  JSON.parse(run(PATH, ['lint', ...args, '-o', 'json'], cwd).out)

const placesOf = ({ findings }: Linted) =>
  findings.filter(({ id }) => id === STAYS).map(({ file, source, object }) => [file, source, object?.name])

describe.for(HELMS)('%s', (helm) => {
  const PATH = pathWith([helm])

  test('a chart: the place is a line of what helm prints, and the template is named', () => {
    const cwd = treeOf(chartIn('charts/web'))
    const found = linted(PATH, ['-f', '.', '--render'], cwd)
    expect(placesOf(found)).toEqual([['charts/web (helm template)', 'charts/web/templates/shop.yaml', 'web']])
    const args = ['template', 'web', 'charts/web', '--namespace', 'default']
    const printed = spawnSync('helm', args, { cwd, encoding: 'utf8', env: { PATH } }).stdout.split('\n')
    const line = found.findings.find(({ id }) => id === STAYS)?.line ?? 0
    expect(printed.slice(line - 1, line + 1)).toEqual(['apiVersion: apps/v1', 'kind: Deployment'])
  })

  test('what only `helm test` creates is not judged', () => {
    const metadata =
      'metadata: {name: probe, namespace: shop, labels: {app: web}, annotations: {helm.sh/hook: test}}'
    const pod = `apiVersion: v1\nkind: Pod\n${metadata}\nspec: {containers: [{name: probe, image: probe}]}\n`
    const cwd = treeOf(chartIn('charts/web', { 'templates/tests/probe.yaml': pod }))
    expect(placesOf(linted(PATH, ['-f', '.', '--render'], cwd)).map(([, , name]) => name)).toEqual(['web'])
  })

  test('values files are those of the chart', () => {
    const required = WARNED.replace(
      'replicas: 3',
      'replicas: {{ required "replicas is needed" .Values.replicas }}',
    )
    const cwd = treeOf({
      ...chartIn('a chart', { 'templates/shop.yaml': required }),
      'one, two.yaml': 'replicas: 3\n',
      'values/prod.yaml': 'replicas: 4\nextra: false\n',
    })
    const without = run(PATH, ['lint', '-f', 'a chart', '--render'], cwd)
    expect(without.code).toBe(2)
    expect(without.err).toMatch(
      /^error: a chart: helm template failed \(exit code 1\): Error: .*replicas is needed/,
    )
    expect(placesOf(linted(PATH, ['-f', 'a chart', '--helm-values', 'values/prod.yaml'], cwd)).length).toBe(1)
  })

  test.for<[string, Readonly<Record<string, string>>, RegExp]>([
    [
      'a dependency that was not fetched',
      {
        'Chart.yaml': `${CHART['Chart.yaml']}dependencies: [{ name: redis, version: 1.0.0, repository: "https://x" }]\n`,
      },
      /helm dependency build|missing in charts\/ directory: redis/,
    ],
    ['a broken Chart.yaml', { 'Chart.yaml': 'name: [' }, /Chart\.yaml/],
    ['a broken template', { 'templates/shop.yaml': '{{ .Values.a.b.c }}' }, /nil pointer evaluating/],
  ])('%s: what helm says, and exit code 2', ([, further, words]) => {
    const { code, err } = run(PATH, ['lint', '-f', 'web', '--render'], treeOf(chartIn('web', further)))
    expect(code).toBe(2)
    expect(err).toMatch(/^error: web: helm template failed \(exit code 1\): .*\n$/)
    expect(err).toMatch(words)
  })

  test('a chart inside a chart is its dependency, and its template is named', () => {
    const inner = Object.fromEntries(
      Object.entries({ ...CHART, 'Chart.yaml': 'apiVersion: v2\nname: inner\nversion: 0.1.0\n' }).map(
        ([name, text]) => [`charts/inner/${name}`, text],
      ),
    )
    const files = { ...inner, 'templates/shop.yaml': '' }
    const found = linted(PATH, ['-f', '-web', '--render'], treeOf(chartIn('-web', files)))
    expect(placesOf(found)).toEqual([
      ['-web (helm template)', '-web/charts/inner/templates/shop.yaml', 'web'],
    ])
  })

  /** A helm that was built without its version takes 1.20, as old ones do. */
  test('the chart of this repository, for a version of Kubernetes', () => {
    const lint = ['lint', '-f', 'charts/slackwater', '--render']
    expect(run(PATH, [...lint, '--kube-version', '1.33.0'], process.cwd()).code).toBe(0)
    const old = run(PATH, [...lint, '--kube-version', '1.20.0'], process.cwd())
    expect([old.code, old.err]).toEqual([2, expect.stringContaining('which is incompatible with Kubernetes')])
  })

  test('what was rendered is patched, and not written over its template', () => {
    const cwd = treeOf(chartIn('web'))
    const { out, code } = run(PATH, ['plan', '-f', 'web', '--render', '--patched'], cwd)
    expect(code).toBe(1)
    expect(out).toContain('# Source: web/templates/shop.yaml\n')
    expect(out).toContain('preStop:')
    const refused = run(PATH, ['plan', '-f', 'web', '--render', '--in-place'], cwd)
    expect([refused.code, refused.err]).toEqual([
      2,
      'error: --in-place is for files, not for what was rendered of them: use --patched, which prints it\n',
    ])
  })
})

describe.for(KUSTOMIZES)('%s', ([tool, command]) => {
  const PATH = pathWith([tool])

  test('of a tree, what no other kustomization includes is built, and nothing else is read', () => {
    const cwd = treeOf({ ...OVERLAYS, 'plain/shop.yaml': WARNED.replaceAll('name: web', 'name: plain') })
    expect(placesOf(linted(PATH, ['-f', '.', '--render'], cwd))).toEqual([
      [`deploy/overlays/a (${command})`, 'deploy/overlays/a/kustomization.yaml', 'a-web'],
      [`deploy/overlays/b (${command})`, 'deploy/overlays/b/kustomization.yaml', 'b-web'],
      ['plain/shop.yaml', undefined, 'plain'],
    ])
  })

  test('-k is one of them, for lint, plan and explain', () => {
    const cwd = treeOf(OVERLAYS)
    const place = `deploy/overlays/b (${command})`
    expect(placesOf(linted(PATH, ['-k', 'deploy/overlays/b'], cwd))).toEqual([
      [place, 'deploy/overlays/b/kustomization.yaml', 'b-web'],
    ])
    const explained = run(PATH, ['explain', 'deploy/b-web', '-k', 'deploy/overlays/b'], cwd)
    expect(explained.out).toContain(`  ${place}:19\n`)
    const [object] = JSON.parse(run(PATH, ['plan', '-k', 'deploy/overlays/b', '-o', 'json'], cwd).out).objects
    expect(object.position).toMatchObject({ file: place, source: 'deploy/overlays/b/kustomization.yaml' })
  })

  test.for<[string, string, RegExp]>([
    ['a base that cannot be reached', 'resources: ["http://127.0.0.1:1/base.yaml"]\n', /127\.0\.0\.1/],
    [
      'a chart in it, for which kustomize needs a flag',
      'helmCharts: [{ name: x, repo: "https://x" }]\n',
      /helm/i,
    ],
    ['what is no kustomization', 'resources: {', /yaml|YAML/],
    ['a resource that is not there', 'resources: [gone.yaml]\n', /gone\.yaml/],
  ])('%s: what the tool says, and exit code 2', ([, text, words]) => {
    const { code, err } = run(PATH, ['lint', '-k', 'over'], treeOf({ 'over/kustomization.yaml': text }))
    expect(code).toBe(2)
    expect(err).toMatch(new RegExp(`^error: over: ${command} failed \\(exit code 1\\): .*\n$`))
    expect(err).toMatch(words)
  })

  test('a folder without a kustomization', () => {
    const { code, err } = run(PATH, ['lint', '-k', 'over'], treeOf({ 'over/web.yaml': shop() }))
    expect([code, err]).toEqual([2, expect.stringContaining(`error: over: ${command} failed`)])
  })

  test('a generator that runs a program is refused by the tool', () => {
    const cwd = treeOf({
      'over/kustomization.yaml': 'generators: [run.yaml]\n',
      'over/run.yaml':
        'apiVersion: v1\nkind: Run\nmetadata:\n  name: run\n  annotations:\n    config.kubernetes.io/function: |\n      exec: { path: ./run.sh }\n',
      'over/run.sh': '#!/bin/sh\ntouch ran\n',
    })
    const { code, err } = run(PATH, ['lint', '-k', 'over'], cwd)
    expect([code, err]).toEqual([2, expect.stringContaining(`${command} failed`)])
    expect(spawnSync('ls', ['-A', cwd, `${cwd}/over`], { encoding: 'utf8' }).stdout).not.toContain('ran\n')
  })
})

test('docs/ci.md shows what is printed of a chart', () => {
  const [, shown = ''] = /^```\n(charts\/web [^`]*)```$/m.exec(readFileSync('docs/ci.md', 'utf8')) ?? []
  const { out } = run(
    pathWith(['helm']),
    ['lint', '-f', 'charts/', '--render'],
    treeOf(chartIn('charts/web')),
  )
  expect(out.split('\n').slice(0, 3).join('\n')).toBe(shown.trimEnd())
})

test('without --render a chart and a kustomization are read as written, and the option is named', () => {
  const cwd = treeOf({ ...chartIn('web'), ...OVERLAYS })
  const { out, err } = run(pathWith([]), ['lint', '-f', '.'], cwd)
  expect(err).toContain('looks like a Helm template: give the folder of its chart with --render')
  expect(out).toContain('to read what kustomize makes of it, add --render')
})
