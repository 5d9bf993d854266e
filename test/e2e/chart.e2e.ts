import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { stringify } from 'yaml'
import { CHART } from '../../scripts/chart/deploy.ts'
import { SETTINGS } from '../../scripts/chart/values-schema.ts'
import { manifestsOf, rendered } from '../chart/helm.ts'
import { EVERYTHING, VARIANTS } from '../chart/matrix.ts'
import { NAMESPACE } from '../chart/rules.ts'
import type { Helm } from './cluster/parts.ts'
import { caseOf, cluster } from './support/cluster.ts'
import { addDefinitions } from './support/definitions.ts'
import { makeRoom } from './support/installation.ts'
import { freshNamespace, kubectl, kubectlOk, removeNamespace, run } from './support/kubectl.ts'
import { app } from './support/shop.ts'
import { waitFor } from './support/slackwater.ts'

/** What the chart renders, before the API server itself: every field is known, every object valid, nothing warned of. */

beforeAll(async () => {
  process.env['HELM_BIN'] ??= cluster.helm
  // Helm takes over nothing that somebody else has made, not even in a dry run.
  await makeRoom()
  // As strict as a namespace can be; what it would refuse comes as a warning.
  const labels = Object.fromEntries(
    ['enforce', 'warn'].map((what) => [`pod-security.kubernetes.io/${what}`, 'restricted']),
  )
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, labels } }
  await kubectlOk(['apply', '-f', '-'], namespace)
})

afterAll(async () => {
  const labels = ['enforce', 'warn'].map((what) => `pod-security.kubernetes.io/${what}-`)
  await kubectl(['label', 'namespace', NAMESPACE, ...labels])
})

/** @returns the warnings. @throws with the words of a refusal. */
async function tried(args: readonly string[], how: readonly string[] = []): Promise<readonly string[]> {
  const objects = manifestsOf(rendered(args))
  const apply = ['apply', '--dry-run=server', '--validate=strict', ...how, '-f', '-']
  const answer = await kubectlOk(apply, ...objects)
  expect(answer.out.match(/\(server dry run\)/g)).toHaveLength(objects.length)
  return answer.err.split('\n').filter((line) => line.startsWith('Warning'))
}

/** That a value of VARIANTS names. */
const RUNTIME_CLASS = {
  apiVersion: 'node.k8s.io/v1',
  kind: 'RuntimeClass',
  metadata: { name: 'gvisor' },
  handler: 'runsc',
}

async function tryAll(): Promise<void> {
  expect(await tried([])).toEqual([])
  expect(await tried(EVERYTHING)).toEqual([])
  // As Helm 4 does it.
  expect(await tried(EVERYTHING, ['--server-side'])).toEqual([])
  for (const { value, args } of VARIANTS.filter((one) => !(one.value in SETTINGS))) {
    // It allows what this namespace refuses.
    if (value === 'podSecurityStandard') continue
    // Whoever uses the node's network has left Pod Security restricted; the API server says so.
    const warnings = (await tried(args)).filter(() => value !== 'hostNetwork')
    expect(warnings, `${value}: ${stringify(warnings)}`).toEqual([])
  }
}

caseOf(
  'the chart: each of its values changed, tried on the API server, which knows cert-manager and Prometheus Operator',
  ['helm', 'go'],
  async () => {
    const remove = await addDefinitions('cert-manager', 'prometheus-operator')
    await kubectlOk(['apply', '-f', '-'], RUNTIME_CLASS)
    await tryAll().finally(async () => {
      await kubectl(['delete', 'runtimeclass', 'gvisor'])
      await remove()
    })
  },
  600_000,
)

/** The chart's webhooks with failurePolicy Fail and nobody behind them, for one namespace: what is asked about is refused. */
function asksNobody(namespace: string): unknown {
  const objects = manifestsOf(
    rendered(['--set', 'webhook.failurePolicy=Fail,fullnameOverride=slackwater-e2e']),
  )
  const found = objects.find(({ kind }) => kind === 'MutatingWebhookConfiguration')
  const only = { matchLabels: { 'kubernetes.io/metadata.name': namespace } }
  return { ...found, webhooks: found?.webhooks?.map((webhook) => ({ ...webhook, namespaceSelector: only })) }
}

/** A Rollout that borrows its template from a Deployment has none. */
const withoutTemplate = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'borrows' },
  spec: { replicas: 0, workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
}

caseOf('the chart: what leaves the template as it is never comes to us', ['helm'], async () => {
  const namespace = await freshNamespace()
  const inside = (...args: readonly string[]) => kubectl([...args, '-n', namespace])
  await kubectlOk(['apply', '-n', namespace, '-f', '-'], app({ replicas: 0 }), withoutTemplate)
  try {
    await kubectlOk(['apply', '-f', '-'], asksNobody(namespace))
    const refuses = async () =>
      (await inside('create', 'deployment', 'new', '--image=a')).code === 0 ? undefined : true
    await waitFor(refuses, 30_000, 'the refusal of a new Deployment')
    const accepted = [
      ['label', 'deployment/web', 'team=edge'],
      ['annotate', 'deployment/web', 'example.com/a=b'],
      ['scale', 'deployment/web', '--replicas=1'],
      ['scale', 'deployment/web', '--replicas=0'],
      ['patch', 'deployment/web', '--type=merge', '-p', '{"spec":{"replicas":0,"minReadySeconds":5}}'],
      ['label', 'rollouts.argoproj.io/borrows', 'team=edge'],
      ['create', 'configmap', 'any'],
    ]
    for (const args of accepted) expect(await inside(...args)).toMatchObject({ code: 0 })
    const refused = [
      ['set', 'image', 'deployment/web', '*=other'],
      ['rollout', 'restart', 'deployment/web'],
      ['run', 'new', '--image=a'],
    ]
    for (const args of refused) expect((await inside(...args)).err).toContain('slackwater.dev')
  } finally {
    await kubectl(['delete', 'mutatingwebhookconfiguration', 'slackwater-e2e'])
    await removeNamespace(namespace)
  }
})

/** The entries for an excluded namespace, as if what they ask were needed: so that being asked shows as a refusal. */
function asksAboutRecords(namespace: string): unknown {
  const objects = manifestsOf(
    rendered(['--set', `excludedNamespaces={${namespace}},fullnameOverride=slackwater-e2e`]),
  )
  const found = objects.find(({ kind }) => kind === 'MutatingWebhookConfiguration')
  const entries = found?.webhooks?.filter(({ name }) => name.includes('.excluded.'))
  return { ...found, webhooks: entries?.map((webhook) => ({ ...webhook, failurePolicy: 'Fail' })) }
}

caseOf('the chart: of an excluded namespace only what carries our record comes to us', ['helm'], async () => {
  const namespace = await freshNamespace()
  const inside = (...args: readonly string[]) => kubectl([...args, '-n', namespace])
  const record = '{"spec":{"template":{"metadata":{"annotations":{"slackwater.dev/injected":"{}"}}}}}'
  await kubectlOk(['apply', '-n', namespace, '-f', '-'], app({ replicas: 0 }))
  try {
    await kubectlOk(['apply', '-f', '-'], asksAboutRecords(namespace))
    const refuses = async () =>
      (await inside('patch', 'deployment/web', '-p', record, '--dry-run=server')).code === 0
        ? undefined
        : true
    await waitFor(refuses, 30_000, 'the refusal of a record')
    for (const args of [
      ['create', 'deployment', 'new', '--image=a'],
      ['set', 'image', 'deployment/web', '*=other'],
    ])
      expect(await inside(...args)).toMatchObject({ code: 0 })
  } finally {
    await kubectl(['delete', 'mutatingwebhookconfiguration', 'slackwater-e2e'])
    await removeNamespace(namespace)
  }
})

const HELMS = ['helm.sh/chart', 'app.kubernetes.io/managed-by', 'checksum/settings', 'helm.sh/hook']

/** Objects by kind and name, without what only Helm or only kustomize adds. */
function bare(text: string): readonly string[] {
  const known = manifestsOf(text.replaceAll(/slackwater-settings-[a-z0-9]{10}/g, 'slackwater-settings'))
  return known
    .filter(
      ({ kind, metadata }) => kind !== 'Namespace' && metadata.annotations?.['helm.sh/hook'] === undefined,
    )
    .map((object) => JSON.stringify(object, (key, value: unknown) => sorted(key, value)))
    .toSorted()
}

const NAMES = ['labels', 'annotations']

function sorted(key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const left = Object.entries(value).filter(([name]) => !HELMS.includes(name))
  // The generator of kustomize knows no labels.
  if (NAMES.includes(key) && left.length === 0) return undefined
  return Object.fromEntries(left.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

const withoutLabels = (objects: readonly string[]): readonly string[] =>
  objects.map((text) =>
    text.includes('"kind":"ConfigMap"') ? text.replace(/"labels":\{[^}]*\},/, '') : text,
  )

caseOf(
  'deploy/: each overlay is what Helm renders in that mode, and the API server takes it',
  ['helm'],
  async () => {
    for (const mode of ['dry-run', 'enforce']) {
      const { out } = await kubectlOk(['kustomize', `deploy/overlays/${mode}`])
      expect(withoutLabels(bare(out))).toEqual(withoutLabels(bare(rendered(['--set', `mode=${mode}`]))))
      await kubectlOk(['apply', '--dry-run=server', '--validate=strict', '-k', `deploy/overlays/${mode}`])
    }
  },
)

caseOf('deploy/: the component aws adds what Helm adds with aws.enabled', ['helm'], async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-overlay-'))
  try {
    const to = (part: string) => path.relative(folder, path.resolve('deploy', part))
    const overlay = { resources: [to('overlays/enforce')], components: [to('components/aws')] }
    writeFileSync(path.join(folder, 'kustomization.yaml'), JSON.stringify(overlay))
    const { out } = await kubectlOk(['kustomize', folder])
    const settings = (objects: readonly string[]): readonly string[] =>
      objects.filter((text) => !text.includes('"kind":"ConfigMap"'))
    expect(settings(bare(out))).toEqual(settings(bare(rendered(['--set', 'aws.enabled=true']))))
  } finally {
    rmSync(folder, { recursive: true })
  }
})

const tryInstallBy = (program: Helm, ...args: readonly string[]) =>
  run(cluster[program] ?? '', ['install', 'slackwater', CHART, '-n', NAMESPACE, '--dry-run=server', ...args])

const tryInstall = (...args: readonly string[]) => tryInstallBy('helm', ...args)

caseOf('the chart: notes tell three next commands, by the mode', ['helm'], async () => {
  const commands = {
    'dry-run': [
      'kubectl -n slackwater-system rollout status',
      '-- slackwater report',
      'helm upgrade slackwater',
    ],
    enforce: [
      'kubectl -n slackwater-system rollout status',
      '-- slackwater report',
      'slackwater handover deployment/NAME -n NAMESPACE',
    ],
    off: ['-- slackwater report', 'kubectl rollout restart', 'helm uninstall slackwater'],
  }
  for (const [mode, expected] of Object.entries(commands)) {
    const { code, out, err } = await tryInstall('--set', `mode=${mode}`)
    expect({ code, err }).toMatchObject({ code: 0 })
    const notes = out.slice(out.indexOf('NOTES:'))
    expect(notes).toContain(`is installed in slackwater-system, mode ${mode}.`)
    const said = notes.split(/^ {2}[123]\. /m).slice(1)
    expect(said).toHaveLength(3)
    for (const [index, command] of expected.entries()) expect(said[index]).toContain(command)
  }
})

caseOf('the chart: cert-manager is refused in a cluster that has none', ['helm'], async () => {
  const { code, err } = await tryInstall('--set', 'certificates.mode=cert-manager')
  expect(code).toBe(1)
  expect(err).toContain('Install cert-manager first')
})

/** What is left of an installation where its webhooks are looked for: no webhook of it asks anybody. */
const installation = (name: string, release?: { readonly name: string; readonly namespace: string }) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: {
    name,
    labels: { 'app.kubernetes.io/name': 'slackwater', 'app.kubernetes.io/managed-by': 'Helm' },
    annotations:
      release === undefined
        ? {}
        : { 'meta.helm.sh/release-name': release.name, 'meta.helm.sh/release-namespace': release.namespace },
  },
  webhooks: [],
})

const SECOND: readonly (readonly [there: ReturnType<typeof installation>, words: string])[] = [
  [
    installation('edge-slackwater', { name: 'edge', namespace: 'edge-system' }),
    'helm uninstall edge -n edge-system',
  ],
  [
    installation('slackwater', { name: 'slackwater', namespace: 'edge-system' }),
    'release slackwater in namespace edge-system',
  ],
  [
    installation('by-hand'),
    'has Slackwater already, installed without Helm (MutatingWebhookConfiguration by-hand)',
  ],
  // Helm's own words.
  [installation('slackwater'), 'invalid ownership metadata'],
]

caseOf(
  'the chart: a second Slackwater is refused, with the name of the first',
  ['helm', 'helm4'],
  async () => {
    for (const [there, words] of SECOND) {
      await kubectlOk(['apply', '-f', '-'], there)
      try {
        for (const program of ['helm', 'helm4'] as const) {
          const { code, err } = await tryInstallBy(program)
          expect(code).toBe(1)
          expect(err).toContain(words)
        }
      } finally {
        await kubectl(['delete', 'mutatingwebhookconfiguration', there.metadata.name])
      }
    }
  },
)

caseOf('the chart: what its own release has left does not stand in its way', ['helm', 'helm4'], async () => {
  await kubectlOk(
    ['apply', '-f', '-'],
    installation('slackwater', { name: 'slackwater', namespace: NAMESPACE }),
  )
  try {
    for (const program of ['helm', 'helm4'] as const)
      expect(await tryInstallBy(program)).toMatchObject({ code: 0 })
  } finally {
    await kubectl(['delete', 'mutatingwebhookconfiguration', 'slackwater'])
  }
})
