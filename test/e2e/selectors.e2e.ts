import { afterAll, beforeAll, expect } from 'vitest'
import { manifestsOf, rendered } from '../chart/helm.ts'
import { caseOf, cluster } from './support/cluster.ts'
import { freshNamespace, kubectl, kubectlOk, removeNamespace } from './support/kubectl.ts'
import { app } from './support/shop.ts'
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

/** The mutating configuration with these values, in which every webhook refuses what it is asked about. */
function asksNobody(): unknown {
  const args = Object.entries(VALUES).flatMap(([key, value]) => [
    '--set-json',
    `webhook.${key}=${JSON.stringify(value)}`,
  ])
  const objects = manifestsOf(rendered([...args, '--set', `fullnameOverride=${NAME}`]))
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

caseOf('the chart: the API server, too, compiles the user’s conditions', ['helm'], async () => {
  const bad = ['--set-json', 'webhook.matchConditions=[{"name":"a","expression":"object.metadata.name =="}]']
  const objects = manifestsOf(rendered([...bad, '--set', `fullnameOverride=${NAME}`]))
  const found = objects.find(({ kind }) => kind === 'MutatingWebhookConfiguration')
  const { err } = await kubectl(['apply', '--dry-run=server', '-f', '-'], found)
  expect(err).toContain('webhooks[0].matchConditions[1].expression')
})
