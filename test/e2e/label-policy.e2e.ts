import path from 'node:path'
import { afterAll, expect } from 'vitest'
import { accountKubeconfig } from './support/account.ts'
import { caseOf, cluster, has } from './support/cluster.ts'
import { GATES, gateWebhook } from './support/gate-webhook.ts'
import { helm } from './support/installation.ts'
import { createNamespaces, kubectl, kubectlOk, run, stored } from './support/kubectl.ts'
import { app, INGRESS_CLASS, ingress, service } from './support/shop.ts'
import { type Slackwater, startSlackwater, unregister, waitFor } from './support/slackwater.ts'
import { OWN_NAMESPACE, RIGHTS } from './support/thief.ts'

/** A load balancer controller that wants another label than its usual one, which our own policy does not know. */

const NEEDS = ['controllers', 'control plane', 'helm'] as const
const LABEL = 'example.com/gates'

let slackwater: Slackwater | undefined
const namespaces = createNamespaces()
afterAll(async () => {
  if (!has(...NEEDS)) return
  await kubectl(['delete', 'mutatingwebhookconfiguration', GATES, '--ignore-not-found'])
  await unregister()
  await slackwater?.stop()
  await kubectlOk(['apply', '-f', RIGHTS])
  await namespaces.remove()
})

/** The policies as the chart makes them with a value. */
async function policiesWith(value: string): Promise<void> {
  const only = ['-s', 'templates/admission-policy.yaml', '--set', value, '--kube-version', '1.35.0']
  const { out } = await helm(
    'template',
    'slackwater',
    path.resolve('charts/slackwater'),
    '-n',
    OWN_NAMESPACE,
    ...only,
  )
  expect(await run(cluster.kubectl, ['apply', '-f', '-'], out)).toMatchObject({ code: 0 })
}

caseOf(
  'it is refused and told once in the policy’s words; named in the value, it is set at the next try',
  NEEDS,
  async () => {
    // One of a try that failed would go on to lead.
    await slackwater?.stop()
    await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
    const selector = { matchExpressions: [{ key: LABEL, operator: 'In', values: ['wanted'] }] }
    await kubectlOk(['apply', '--server-side', '-f', '-'], gateWebhook(selector))
    slackwater = await startSlackwater({ kubeconfig: await accountKubeconfig(), args: ['--controller'] })
    const namespace = await namespaces.with(service(), ingress(), app({ replicas: 0 }))
    const refusals = () =>
      slackwater?.lines.filter(
        ({ msg, namespace: of }) => msg === 'namespace labels not written' && of === namespace,
      ) ?? []
    await waitFor(() => refusals().length > 0 || undefined, 120_000, 'the refusal')
    expect(refusals()[0]?.['error']).toContain('chart value admissionPolicy.namespaceLabelKeys')
    await policiesWith(`admissionPolicy.namespaceLabelKeys={${LABEL}}`)
    const isSet = async () =>
      (await stored(['namespace', namespace])).metadata.labels?.[LABEL] === 'wanted' || undefined
    await waitFor(isSet, 120_000, 'the label')
    expect(refusals()).toHaveLength(1)
  },
  600_000,
)
