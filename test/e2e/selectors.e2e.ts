import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { manifestsOf, rendered } from '../chart/helm.ts'
import { caseOf, cluster } from './support/cluster.ts'
import { freshNamespace, kubectl, kubectlOk, removeNamespace, run } from './support/kubectl.ts'
import { app, INGRESS_CLASS, ingress, service } from './support/shop.ts'
import { waitFor } from './support/slackwater.ts'

/**
 * Which requests a real API server sends, with selectors and conditions of the user's: all webhooks have failurePolicy Fail
 * here and nobody behind them, so that being asked shows as a refusal. Nothing is stored.
 */

const NAME = 'slackwater-e2e'
const namespaces: string[] = []

beforeAll(() => {
  process.env['HELM_BIN'] ??= cluster.helm
})
afterAll(async () => {
  await kubectl(['delete', 'mutatingwebhookconfiguration', NAME, '--ignore-not-found'])
  for (const name of namespaces) await removeNamespace(name)
})

const VALUES = {
  namespaceSelector: { matchLabels: { 'slackwater-e2e': 'selected' } },
  objectSelector: { matchExpressions: [{ key: 'opt-out', operator: 'DoesNotExist' }] },
  matchConditions: [{ name: 'not-named-skip', expression: "object.metadata.?name.orValue('') != 'skip'" }],
}

/** The chart's objects with these values. */
function chartWith(values: Readonly<Record<string, unknown>>) {
  const args = Object.entries(values).flatMap(([key, value]) => [
    '--set-json',
    `webhook.${key}=${JSON.stringify(value)}`,
  ])
  return manifestsOf(rendered([...args, '--set', `fullnameOverride=${NAME}`]))
}

/** The mutating configuration with these values, in which every webhook refuses what it is asked about. */
function asksNobody(values: Readonly<Record<string, unknown>> = VALUES): unknown {
  const objects = chartWith(values)
  const found = objects.find(({ kind }) => kind === 'MutatingWebhookConfiguration')
  return { ...found, webhooks: found?.webhooks?.map((webhook) => ({ ...webhook, failurePolicy: 'Fail' })) }
}

/** @returns the webhook that is asked about a new object; undefined if none is. */
async function askedAbout(namespace: string, object: object): Promise<string | undefined> {
  const { err } = await kubectl(['create', '--dry-run=server', '-n', namespace, '-f', '-'], object)
  return /failed calling webhook "([^"]+)"/.exec(err)?.[1]
}

const RECORD = { 'slackwater.dev/injected': '{}' }

const pod = (metadata: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata,
  spec: { containers: [{ name: 'a', image: 'a' }] },
})

caseOf(
  'the chart: the user’s selectors and conditions leave out, but not what carries our record',
  ['helm'],
  async () => {
    const selected = await freshNamespace({ 'slackwater-e2e': 'selected' })
    const other = await freshNamespace()
    namespaces.push(selected, other)
    await kubectlOk(['apply', '-f', '-'], asksNobody())
    const asked = () => askedAbout(selected, app({}))
    await waitFor(asked, 30_000, 'the first refusal')

    const cases: readonly (readonly [namespace: string, object: object, webhook: string | undefined])[] = [
      [selected, app({}), 'workloads.slackwater.dev'],
      [selected, pod({ name: 'a' }), 'pods.slackwater.dev'],
      // A namespace that is not selected, an object that is not, and a condition that is false.
      [other, app({}), undefined],
      [other, pod({ name: 'a' }), undefined],
      [selected, app({ labels: { 'opt-out': '' } }), undefined],
      [selected, pod({ name: 'a', labels: { 'opt-out': '' } }), undefined],
      [selected, app({ name: 'skip' }), undefined],
      // The same with our record.
      [other, app({ annotations: RECORD }), 'workloads.excluded.slackwater.dev'],
      [other, pod({ name: 'a', annotations: RECORD }), 'pods.excluded.slackwater.dev'],
      [
        selected,
        app({ labels: { 'opt-out': '' }, annotations: RECORD }),
        'workloads.excluded.slackwater.dev',
      ],
      [selected, app({ name: 'skip', annotations: RECORD }), 'workloads.excluded.slackwater.dev'],
    ]
    for (const [namespace, object, webhook] of cases)
      expect([object, await askedAbout(namespace, object)]).toEqual([object, webhook])
  },
)

interface Audited {
  readonly workloads: readonly { readonly name: string; readonly state?: string; readonly why: string }[]
}

/** An audit with the settings that the chart writes beside this configuration. */
async function audited(namespace: string, settings: string): Promise<Audited> {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'slackwater-selectors-')), 'settings.yaml')
  writeFileSync(file, settings)
  const args = ['--kubeconfig', cluster.kubeconfig, '-n', namespace, '--settings', file, '-o', 'json']
  const { out } = await run(process.execPath, [path.resolve('dist/main.js'), 'audit', ...args])
  return JSON.parse(out) as Audited
}

caseOf('what the API server does not ask about, the report shows as left alone', ['helm'], async () => {
  const { matchConditions: _, ...selectors } = VALUES
  const selected = await freshNamespace({ 'slackwater-e2e': 'selected' })
  const other = await freshNamespace()
  namespaces.push(selected, other)
  await kubectl(['delete', 'mutatingwebhookconfiguration', NAME, '--ignore-not-found'])
  const isAsleep = async () => (await askedAbout(selected, app({}))) === undefined
  await waitFor(async () => (await isAsleep()) || undefined, 30_000, 'the end of the refusals')
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
  const none = { replicas: 0 }
  const optedOut = app({ ...none, name: 'out', labels: { 'opt-out': '' } })
  const { template } = optedOut.spec
  const whole = { ...template, metadata: { labels: { ...template.metadata.labels, 'opt-out': '' } } }
  const out = { ...optedOut, spec: { ...optedOut.spec, template: whole } }
  const itself = app({ ...none, name: 'itself', labels: { 'opt-out': '' } })
  for (const namespace of [selected, other]) {
    const sending = ['web', 'out', 'itself'].flatMap((name) => [service(name), ingress(name)])
    await kubectlOk(['apply', '-n', namespace, '-f', '-'], ...sending, app(none), out, itself)
  }
  const objects = chartWith(selectors)
  const settings = objects.find(({ data }) => data?.['settings.yaml'] !== undefined)?.data?.['settings.yaml']
  const statesIn = async (namespace: string) =>
    (await audited(namespace, settings ?? '')).workloads.map(({ name, state, why }) => [name, state, why])

  const namespaceOut = `webhook.namespaceSelector leaves out namespace ${other}`
  expect(await statesIn(other)).toEqual(
    ['itself', 'out', 'web'].map((name) => [name, 'left-alone', namespaceOut]),
  )
  expect(await statesIn(selected)).toEqual([
    ['itself', 'in-pods', 'webhook.objectSelector leaves out the workload itself'],
    ['out', 'left-alone', 'webhook.objectSelector leaves out it and its Pods'],
    ['web', 'would-change', expect.stringContaining('visible in the template')],
  ])

  // The same of the API server: every webhook refuses what it is asked about.
  await kubectlOk(['apply', '-f', '-'], asksNobody(selectors))
  const fresh = () => askedAbout(selected, app({ name: 'fresh' }))
  await waitFor(fresh, 30_000, 'the first refusal')
  const podFrom = (labels: object) => pod({ name: 'a', labels })
  const named = (object: typeof out | typeof itself) => ({
    ...object,
    metadata: { ...object.metadata, name: 'b' },
  })
  expect(await askedAbout(selected, named(out))).toBeUndefined()
  expect(await askedAbout(selected, podFrom(out.spec.template.metadata.labels))).toBeUndefined()
  expect(await askedAbout(selected, named(itself))).toBeUndefined()
  expect(await askedAbout(selected, podFrom(itself.spec.template.metadata.labels))).toBe(
    'pods.slackwater.dev',
  )
  expect(await askedAbout(other, podFrom({ app: 'web' }))).toBeUndefined()
})

caseOf('the chart: the API server, too, compiles the user’s conditions', ['helm'], async () => {
  const bad = ['--set-json', 'webhook.matchConditions=[{"name":"a","expression":"object.metadata.name =="}]']
  const objects = manifestsOf(rendered([...bad, '--set', `fullnameOverride=${NAME}`]))
  const found = objects.find(({ kind }) => kind === 'MutatingWebhookConfiguration')
  const { err } = await kubectl(['apply', '--dry-run=server', '-f', '-'], found)
  expect(err).toContain('webhooks[0].matchConditions[1].expression')
})
