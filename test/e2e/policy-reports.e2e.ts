import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, expect } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { accountKubeconfig } from './support/account.ts'
import { caseOf, cluster, has } from './support/cluster.ts'
import { helm } from './support/installation.ts'
import { freshNamespace, kubectl, kubectlOk, removeNamespace, run, stored } from './support/kubectl.ts'
import { app, INGRESS_CLASS, ingress, service } from './support/shop.ts'
import { type Slackwater, startSlackwater, unregister, waitFor } from './support/slackwater.ts'

/**
 * Reports for other tools, written through a real API server by a ServiceAccount that has the chart's rights and policies,
 * and nothing else.
 */

const NEEDS = ['controllers', 'control plane', 'helm'] as const

const text = { type: 'string' }
const number = { type: 'integer' }
const oneOf = (...words: readonly string[]) => ({ ...text, enum: words })

const RESULT = {
  type: 'object',
  required: ['policy'],
  properties: {
    ...{ source: text, policy: text, rule: text, category: text, message: text, scored: { type: 'boolean' } },
    severity: oneOf('critical', 'high', 'low', 'medium', 'info'),
    result: oneOf('pass', 'fail', 'warn', 'error', 'skip'),
    timestamp: {
      type: 'object',
      required: ['seconds', 'nanos'],
      properties: { seconds: { ...number, format: 'int64' }, nanos: { ...number, format: 'int32' } },
    },
    resources: {
      type: 'array',
      items: {
        type: 'object',
        properties: { apiVersion: text, kind: text, namespace: text, name: text, uid: text },
      },
    },
    properties: { type: 'object', additionalProperties: text },
  },
}

/** With the fields that we write, as the published ones have them: any other is pruned, and compared as missing. */
const definition = (group: string, version: string, plural: string, kind: string, top: object = {}) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List` },
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              ...top,
              summary: {
                type: 'object',
                properties: { pass: number, fail: number, warn: number, error: number, skip: number },
              },
              results: { type: 'array', items: RESULT },
            },
          },
        },
      },
    ],
  },
})

const OLD = definition('wgpolicyk8s.io', 'v1alpha2', 'policyreports', 'PolicyReport')
const OPEN = definition('openreports.io', 'v1alpha1', 'reports', 'Report', { source: text })

interface ReportFields {
  readonly metadata: { readonly resourceVersion: string }
  readonly summary: Readonly<Record<string, number>>
  readonly results: readonly { readonly rule: string; readonly result: string }[]
}

let slackwater: Slackwater | undefined
let namespace = ''
afterAll(async () => {
  if (!has(...NEEDS)) return
  await unregister()
  await slackwater?.stop()
  await removeNamespace(namespace)
  for (const { metadata } of [OLD, OPEN])
    await kubectl(['delete', 'crd', metadata.name, '--ignore-not-found', '--wait=true'])
  await kubectl(['delete', 'clusterrole,clusterrolebinding', 'reports-of-slackwater', '--ignore-not-found'])
  for (const kind of ['validatingadmissionpolicy', 'validatingadmissionpolicybinding'])
    await kubectl(['delete', kind, 'slackwater-reports', '--ignore-not-found'])
})

async function installed(of: { readonly metadata: { readonly name: string } }): Promise<void> {
  await kubectlOk(['apply', '-f', '-'], of)
  await kubectlOk(['wait', '--for=condition=Established', '--timeout=180s', `crd/${of.metadata.name}`])
}

interface Rendered {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly rules?: readonly { readonly apiGroups: readonly string[] }[]
}

/** What the chart adds with the setting: the rule, and the policy. */
async function allowReports(): Promise<void> {
  const only = ['-s', 'templates/rbac.yaml', '-s', 'templates/admission-policy.yaml']
  const values = ['--set', 'policyReports=auto', '--kube-version', '1.35.0']
  const chart = path.resolve('charts/slackwater')
  const { out } = await helm('template', 'slackwater', chart, '-n', 'slackwater-system', ...only, ...values)
  const objects = parseAllDocuments(out).map((document) => document.toJS() as Rendered)
  const rules = objects
    .flatMap((object) => object.rules ?? [])
    .filter(({ apiGroups }) => apiGroups.includes('openreports.io'))
  expect(rules).toHaveLength(1)
  const metadata = { name: 'reports-of-slackwater' }
  const apiGroup = 'rbac.authorization.k8s.io'
  await kubectlOk(
    ['apply', '-f', '-'],
    { apiVersion: `${apiGroup}/v1`, kind: 'ClusterRole', metadata, rules },
    {
      ...{ apiVersion: `${apiGroup}/v1`, kind: 'ClusterRoleBinding', metadata },
      roleRef: { apiGroup, kind: 'ClusterRole', name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', name: 'slackwater', namespace: 'slackwater-system' }],
    },
    ...objects.filter(({ metadata: { name } }) => name === 'slackwater-reports'),
  )
}

const start = async (policyReports: string): Promise<Slackwater> =>
  startSlackwater({
    kubeconfig: await accountKubeconfig(),
    settings: { policyReports },
    args: ['--controller'],
  })

const reportOf = (plural: string) => stored<ReportFields>([plural, 'slackwater', '-n', namespace])

const isThere = async (plural: string): Promise<boolean> =>
  (await kubectl(['get', plural, 'slackwater', '-n', namespace])).code === 0

/** Longer than the minute after which a change is looked at, and a loop's five seconds. */
const A_ROUND = 90_000
/** Until it is seen, on a machine that is full. Milliseconds. */
const SEEN = 180_000

const rulesIn = ({ results }: ReportFields): readonly string[] => results.map(({ rule }) => rule)

caseOf(
  'a report is written, stays as it is, says what changed, and goes with the setting and with remove',
  NEEDS,
  async () => {
    // A try that failed has left them: one goes on to lead, and one is where reports would go.
    await slackwater?.stop()
    if (namespace !== '') await removeNamespace(namespace)
    await kubectl(['delete', 'crd', OPEN.metadata.name, '--ignore-not-found', '--wait=true'])
    await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
    await kubectlOk(['delete', 'lease', 'slackwater', '-n', 'slackwater-system', '--ignore-not-found'])
    namespace = await freshNamespace()
    // Otherwise the first report may come before the leader's label, which ends a finding.
    await kubectlOk(['label', 'namespace', namespace, 'elbv2.k8s.aws/pod-readiness-gate-inject=enabled'])
    await installed(OLD)
    await kubectlOk(['apply', '-n', namespace, '-f', '-'], service(), ingress(), app({ replicas: 2 }))
    await accountKubeconfig()
    await allowReports()

    slackwater = await start('auto')
    const appears = (plural: string) =>
      waitFor(async () => (await isThere(plural)) || undefined, SEEN, plural)
    await appears('policyreports')
    const first = await reportOf('policyreports')
    expect(first.metadata.labels).toEqual({ 'app.kubernetes.io/managed-by': 'slackwater' })
    expect(rulesIn(first)).toContain('readiness-probe-missing')

    // A change that no finding is about: the cluster is read again, and nothing is written.
    await kubectlOk(['scale', 'deployment/web', '-n', namespace, '--replicas=3'])
    await pause(A_ROUND)
    expect((await reportOf('policyreports')).metadata.resourceVersion).toBe(first.metadata.resourceVersion)

    const recreate = { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } }
    await kubectlOk(['patch', 'deployment', 'web', '-n', namespace, '-p', JSON.stringify(recreate)])
    await waitFor(
      async () => rulesIn(await reportOf('policyreports')).includes('outage-on-replacement') || undefined,
      SEEN,
      'the new finding',
    )

    // The other definition comes: at its next start it moves there.
    await installed(OPEN)
    await slackwater.stop()
    slackwater = await start('auto')
    await appears('reports')
    await waitFor(async () => !(await isThere('policyreports')) || undefined, SEEN, 'its removal')
    await slackwater.stop()

    slackwater = await start('off')
    await waitFor(async () => !(await isThere('reports')) || undefined, SEEN, 'its removal')
    await slackwater.stop()

    slackwater = await start('wgpolicyk8s.io')
    await appears('policyreports')
    await slackwater.stop()
    const removing = ['remove', '-n', namespace, '--yes', '--kubeconfig', cluster.kubeconfig]
    const { out } = await run(process.execPath, [path.resolve('dist/main.js'), ...removing])
    expect(out).toContain('PolicyReport slackwater: removed')
    expect(await isThere('policyreports')).toBe(false)
  },
  900_000,
)
