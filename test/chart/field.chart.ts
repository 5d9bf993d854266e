import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { CHART, KUBE_VERSION, NAMESPACE } from '../../scripts/chart/deploy.ts'
import { parseSettings } from '../../src/settings/parse-settings.ts'
import { HELMS, helm, manifestsOf, realHelm, rendered } from './helm.ts'
import { type Manifest, RULES } from './rules.ts'

/** What went wrong with other charts for the people who installed them, tried on ours with both versions of Helm. */

// Built here, where there is time for it.
for (const name of HELMS) realHelm(name)

const problemsOf = (objects: readonly Manifest[]): readonly string[] =>
  Object.entries(RULES).flatMap(([rule, check]) => check(objects).map((problem) => `${rule}: ${problem}`))

/** Kind and name of each. */
const namesOf = (objects: readonly Manifest[]): readonly string[] =>
  objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)

const podSpecs = (objects: readonly Manifest[]) =>
  objects.flatMap(({ kind, spec }) => {
    if (kind === 'Deployment') return [spec?.template?.spec]
    return kind === 'Pod' ? [spec] : []
  })

/** Values that the first chart did not have, with what each is by default. */
const LATER = [
  ...['nameOverride', 'webhook.namespaceSelector', 'webhook.objectSelector', 'webhook.matchConditions'],
  ...['runtimeClassName', 'podSecurityContext', 'containerSecurityContext', 'podSecurityStandard'],
  ...['revisionHistoryLimit', 'deploymentLabels', 'deploymentAnnotations', 'serviceLabels'],
  ...['serviceAnnotations', 'extraObjects', 'aws', 'observed'],
]

/** `helm upgrade --reuse-values` puts the old chart's values in the place of the new ones (helm pkg/action/upgrade.go, reuseValues). */
function withValuesOf(file: string): string {
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'slackwater-reused-')), 'slackwater')
  cpSync(CHART, folder, { recursive: true })
  cpSync(file, path.join(folder, 'values.yaml'))
  return folder
}

// argoproj/argo-helm#1114, cilium/cilium#18115, fluxcd/flux#2480: a nil pointer, since the new chart's keys are missing.
describe.for(HELMS)('upgraded by %s --reuse-values from the first chart', (name) => {
  const chart = withValuesOf('test/chart/before/values.yaml')
  const upgraded = (...args: readonly string[]) =>
    helm(['template', 'slackwater', chart, '-n', NAMESPACE, '--is-upgrade', ...KUBE_VERSION, ...args], name)

  test('renders what the new defaults render', () => {
    const { status, out, err } = upgraded()
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(manifestsOf(out)).toEqual(manifestsOf(rendered([], name)))
  })

  test('takes a new value, beside the chart’s own', () => {
    const { out } = upgraded(
      '--set',
      'webhook.namespaceSelector.matchLabels.team=shop,podSecurityContext.fsGroup=7',
    )
    const objects = manifestsOf(out)
    expect(problemsOf(objects)).toEqual([])
    expect(podSpecs(objects).map((spec) => spec?.securityContext)).toEqual(
      Array(2).fill(expect.objectContaining({ runAsNonRoot: true, runAsUser: 65532, fsGroup: 7 })),
    )
  })
})

// helm/helm#5184: null removes a key, so that the template finds none.
test.for(LATER)('%s: null is as good as its default', (value) => {
  for (const name of HELMS)
    expect(manifestsOf(rendered(['--set', `${value}=null`], name))).toEqual(manifestsOf(rendered([], name)))
})

/** A chart that has ours as a dependency under another name, with these values of its own for it. */
function parentOf(values: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-alias-'))
  cpSync(CHART, path.join(folder, 'charts', 'slackwater'), { recursive: true })
  const dependency = '{ name: slackwater, version: 0.1.0, alias: tide }'
  writeFileSync(
    path.join(folder, 'Chart.yaml'),
    `apiVersion: v2\nname: parent\nversion: 0.1.0\ndependencies: [${dependency}]\n`,
  )
  writeFileSync(path.join(folder, 'values.yaml'), values)
  return folder
}

describe.for(HELMS)('as a dependency with an alias, by %s', (name) => {
  const inside = (parent: string, ...args: readonly string[]): readonly Manifest[] => {
    const all = ['template', 'all', parent, '-n', NAMESPACE, ...KUBE_VERSION, ...args]
    const { status, out, err } = helm(all, name)
    expect({ status, err }).toEqual({ status: 0, err: '' })
    return manifestsOf(out)
  }

  test('has names of the alias, and the labels by which the report finds its Pods', () => {
    const objects = inside(parentOf('tide: { podLabels: { team: edge } }\n'))
    expect(problemsOf(objects)).toEqual([])
    expect(namesOf(objects)).toContain('Deployment all-tide')
    const deployment = objects.find(({ kind }) => kind === 'Deployment')
    const expected = { 'app.kubernetes.io/name': 'slackwater', team: 'edge' }
    expect(deployment?.spec?.template?.metadata.labels).toMatchObject(expected)
  })

  // helm/helm#32132: some versions of Helm drop a null in the parent's values.yaml, and the default stays.
  test('a null of its parent removes a default, or leaves it, and breaks nothing', () => {
    const contexts = podSpecs(inside(parentOf('tide: { podSecurityContext: { runAsUser: null } }\n')))
    for (const spec of contexts)
      expect(spec?.securityContext).toMatchObject({ runAsNonRoot: true, runAsGroup: 65532 })
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'slackwater-values-')), 'values.yaml')
    writeFileSync(file, 'tide: { podSecurityContext: { runAsUser: null } }\n')
    for (const spec of podSpecs(inside(parentOf(''), '-f', file)))
      expect(spec?.securityContext?.runAsUser).toBeUndefined()
  })
})

// kubernetes-sigs/kueue#11006, open-policy-agent/gatekeeper#1375: a chart's selector replaced by the user's, and kube-system blocked.
test('a selector that names kube-system does not reach it, also with failurePolicy Fail', () => {
  const names = { key: 'kubernetes.io/metadata.name', operator: 'In', values: ['kube-system', 'shop'] }
  const selector = JSON.stringify({
    matchExpressions: [names],
    matchLabels: { 'kubernetes.io/metadata.name': 'shop' },
  })
  const objects = manifestsOf(
    rendered(['--set', 'webhook.failurePolicy=Fail', '--set-json', `webhook.namespaceSelector=${selector}`]),
  )
  expect(problemsOf(objects)).toEqual([])
  const webhooks = objects.flatMap(({ webhooks: some = [] }) => some)
  expect(webhooks).toHaveLength(7)
  for (const { namespaceSelector } of webhooks)
    expect(namespaceSelector.matchExpressions[0]).toEqual({
      key: 'kubernetes.io/metadata.name',
      operator: 'NotIn',
      values: ['kube-system', 'kube-node-lease', 'slackwater-system'],
    })
})

/** The settings file that the program reads. */
const settingsIn = (objects: readonly Manifest[]): unknown =>
  parse(objects.find(({ data }) => data?.['settings.yaml'] !== undefined)?.data?.['settings.yaml'] ?? '')

// kyverno/kyverno#3534: what reports and policies say about objects that the webhook is never asked about.
describe.for(HELMS)('%s: the program is told what the webhooks are', (name) => {
  const WEBHOOK = {
    namespaceSelector: {
      matchLabels: { team: 'shop', 'example.com/on': 'true', number: '1' },
      matchExpressions: [{ key: 'legacy', operator: 'DoesNotExist' }],
    },
    objectSelector: { matchExpressions: [{ key: 'tier', operator: 'In', values: ['on', 'web'] }] },
    matchConditions: [{ name: 'not-skip', expression: "object.metadata.?name.orValue('') != 'skip'" }],
  }
  const valuesOf = (webhook: Readonly<Record<string, unknown>>) =>
    Object.entries(webhook).flatMap(([key, value]) => [
      ...['--set-json', `webhook.${key}=${JSON.stringify(value)}`],
    ])

  test('selectors and conditions, as in the configurations', () => {
    const objects = manifestsOf(rendered(valuesOf(WEBHOOK), name))
    const parsed = parseSettings(settingsIn(objects))
    expect(parsed).toMatchObject({ ok: true, settings: { webhook: WEBHOOK } })
    const asked = objects
      .flatMap(({ webhooks = [] }) => webhooks)
      .filter((webhook) => !webhook.name.includes('.excluded.'))
    expect(asked).toHaveLength(5)
    for (const { namespaceSelector, objectSelector, matchConditions } of asked) {
      const [, ...given] = namespaceSelector.matchExpressions
      const { matchLabels } = namespaceSelector
      expect({ matchLabels, matchExpressions: given }).toEqual(WEBHOOK.namespaceSelector)
      expect(objectSelector).toEqual(WEBHOOK.objectSelector)
      expect(matchConditions).toEqual(expect.arrayContaining(WEBHOOK.matchConditions))
    }
  })

  test.for(Object.keys(WEBHOOK))('%s alone, and none that is empty', (key) => {
    const empty = Object.keys(WEBHOOK).filter((one) => one !== key)
    const one = WEBHOOK[key as keyof typeof WEBHOOK]
    const none = Object.fromEntries(empty.map((other) => [other, other === 'matchConditions' ? [] : {}]))
    const objects = manifestsOf(rendered(valuesOf({ ...none, [key]: one }), name))
    expect(settingsIn(objects)).toMatchObject({ webhook: { [key]: one } })
    expect(Object.keys((settingsIn(objects) as { readonly webhook: object }).webhook)).toEqual([key])
  })

  test('nothing of it by default', () => {
    expect(settingsIn(manifestsOf(rendered([], name)))).not.toHaveProperty('webhook')
  })
})

// kubernetes-sigs/aws-load-balancer-controller, templates/deployment.yaml at 3.5.0: runtimeClassName reads a field of a text.
test('what is for Pods reaches both, the one of helm test too', () => {
  const args = [
    '--set',
    'runtimeClassName=gvisor,global.imagePullSecrets={mirror}',
    '--set-json',
    'imagePullSecrets=[{"name":"007"}]',
  ]
  for (const name of HELMS) {
    const specs = podSpecs(manifestsOf(rendered([...args, '--set', 'podSecurityContext.fsGroup=7'], name)))
    expect(specs).toHaveLength(2)
    for (const spec of specs)
      expect(spec).toMatchObject({
        runtimeClassName: 'gvisor',
        // A name of digits stays a text.
        imagePullSecrets: [{ name: '007' }, { name: 'mirror' }],
        securityContext: { fsGroup: 7 },
      })
  }
})

test('labels of the user’s replace none by which objects find each other', () => {
  const other = '{"app.kubernetes.io/name":"other","app.kubernetes.io/instance":"other"}'
  const values = ['commonLabels', 'deploymentLabels', 'serviceLabels', 'podLabels']
  const objects = manifestsOf(rendered(values.flatMap((value) => ['--set-json', `${value}=${other}`])))
  expect(problemsOf(objects)).toEqual([])
  for (const { metadata } of objects.filter(({ kind }) => kind !== 'Pod'))
    expect(metadata.labels).toMatchObject({ 'app.kubernetes.io/instance': 'slackwater' })
})

// 53 characters: the longest that Helm takes.
test.for([
  ['r'.repeat(53), []],
  ['r'.repeat(49), ['--set', `nameOverride=${'n'.repeat(63)}`]],
  ['slackwater', ['--set', `fullnameOverride=${'f'.repeat(63)}`]],
] as const)('long names fit, and stay different: release %s', ([release, args]) => {
  for (const name of HELMS) {
    const all = ['template', release, CHART, '-n', NAMESPACE, ...KUBE_VERSION, ...args]
    const objects = manifestsOf(helm(all, name).out)
    expect(problemsOf(objects)).toEqual([])
    expect(new Set(namesOf(objects)).size).toBe(objects.length)
    expect(objects.length).toBeGreaterThan(20)
  }
})

describe('templates in values', () => {
  // jaegertracing/helm-charts#538, prometheus-community/helm-charts#4174: only text can have a template of several lines.
  test('extraObjects as text may span lines, and hold several objects', () => {
    const text = [
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels:\n    {{- include "slackwater.testLabels" . | nindent 4 }}',
      '---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n',
    ].join('\n')
    const objects = manifestsOf(rendered(['--set-json', `extraObjects=${JSON.stringify([text])}`]))
    expect(namesOf(objects)).toEqual(expect.arrayContaining(['ConfigMap a', 'ConfigMap b']))
  })

  test('a long line is broken in a map, and a template in it with it; as text it stays', () => {
    const line = `${'long '.repeat(20)}{{ printf "of %s, in %s, a text with many short words in it" .Release.Name .Release.Namespace }}`
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: long\ndata:\n  line: '${line}'\n`
    for (const name of HELMS) {
      const asText = manifestsOf(rendered(['--set-json', `extraObjects=${JSON.stringify([text])}`], name))
      const object = asText.find(({ metadata }) => metadata.name === 'long')
      expect(object?.data?.['line']).toContain('of slackwater, in slackwater-system, a text with')
      expect(() =>
        rendered(['--set-json', `extraObjects=${JSON.stringify([{ data: { line } }])}`], name),
      ).toThrow('unterminated quoted string')
    }
  })

  test('no other value is one: what looks like a template, or like YAML, stays text', () => {
    const hostile = '{{ .Release.Name }}: "a"\n---\nkind: Secret'
    const given = JSON.stringify({ 'example.com/a': hostile })
    const values = ['deploymentAnnotations', 'serviceAnnotations', 'podAnnotations', 'webhook.annotations']
    const objects = manifestsOf(rendered(values.flatMap((value) => ['--set-json', `${value}=${given}`])))
    expect(namesOf(objects)).toEqual(namesOf(manifestsOf(rendered([]))))
    const annotated = objects.filter(({ metadata }) => metadata.annotations?.['example.com/a'] === hostile)
    expect(annotated.map(({ kind }) => kind).toSorted()).toEqual([
      'Deployment',
      'MutatingWebhookConfiguration',
      'Service',
      'ValidatingWebhookConfiguration',
    ])
  })
})

test('the conditions of the chart are those that it refuses as names of the user’s', () => {
  const objects = manifestsOf(rendered(['--set-json', 'excludedNamespaces=["monitoring"]']))
  const conditions = objects.flatMap(({ webhooks = [] }) =>
    webhooks.map(({ matchConditions }) => matchConditions),
  )
  const used = new Set(conditions.flatMap((some) => some.map(({ name }) => name)))
  expect(used.size).toBe(5)
  for (const name of used)
    expect(() =>
      rendered(['--set-json', `webhook.matchConditions=[{"name":"${name}","expression":"true"}]`]),
    ).toThrow('which is a condition of the chart')
  // With 61 of the user's a webhook has 64 at most.
  expect(Math.max(...conditions.map((some) => some.length)) + 61).toBe(64)
})

/** The notes, which `helm template` does not show, in an object that it does. */
function notes(args: readonly string[]): string {
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'slackwater-notes-')), 'slackwater')
  cpSync(CHART, folder, { recursive: true })
  const text = readFileSync(path.join(CHART, 'templates', 'NOTES.txt'), 'utf8')
  writeFileSync(path.join(folder, 'templates', '_notes.tpl'), `{{ define "notes" }}${text}{{ end }}`)
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'notes' } }
  writeFileSync(
    path.join(folder, 'templates', 'notes.yaml'),
    `${JSON.stringify(object).slice(0, -1)}, "data": { "notes": {{ include "notes" . | quote }} } }`,
  )
  const { out } = helm(['template', 'slackwater', folder, '-n', NAMESPACE, ...KUBE_VERSION, ...args])
  return manifestsOf(out).find(({ metadata }) => metadata.name === 'notes')?.data?.['notes'] ?? ''
}

// kyverno/kyverno#3534, #2761: a selector that nobody knows to be there, or to have no effect.
test('the notes say what a condition keeps from Slackwater and from the report, and nothing of it without one', () => {
  expect(notes([])).toContain('is installed in slackwater-system, mode enforce.')
  const words = 'the API server does not ask Slackwater about what these conditions leave out.'
  expect(notes([])).not.toContain(words)
  expect(notes(['--set', 'webhook.objectSelector.matchLabels.team=shop'])).not.toContain(words)
  const condition = [
    '--set',
    'webhook.matchConditions[0].name=a,webhook.matchConditions[0].expression=true==true',
  ]
  expect(notes(condition)).toContain(words)
  expect(notes([...condition, '--set', 'mode=off'])).not.toContain(words)
})
