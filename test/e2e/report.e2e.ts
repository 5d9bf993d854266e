import { afterAll, beforeAll, expect } from 'vitest'
import { caseOf } from './support/cluster.ts'
import { freshNamespace, kubectlOk, removeNamespace } from './support/kubectl.ts'
import { report, reported } from './support/report.ts'
import { app, INGRESS_CLASS, ingress, service } from './support/shop.ts'
import { type Slackwater, startSlackwater, unregister, waitFor } from './support/slackwater.ts'

/** What `slackwater report` tells of a real cluster. */

let slackwater: Slackwater
let namespace: string

beforeAll(async () => {
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
  namespace = await freshNamespace()
  await kubectlOk(['apply', '-n', namespace, '-f', '-'], service(), ingress())
  // We are away: nothing answers admission yet.
  await kubectlOk(['apply', '-n', namespace, '-f', '-'], app({ replicas: 1 }))
  await kubectlOk(['rollout', 'status', 'deployment/web', '-n', namespace, '--timeout=60s']).catch(
    () => undefined,
  )
  slackwater = await startSlackwater({ args: ['--report-port', '0'] })
})
afterAll(async () => {
  await unregister()
  await slackwater.stop()
  await removeNamespace(namespace)
})

caseOf('what was missed while we were away is found when we are back', ['pods'], async () => {
  const before = await report(slackwater, '-n', namespace)
  // The workload would be changed, and its Pod has no hook.
  expect(before.code).toBe(1)
  expect(before.out).toContain(`deployment/web`)
  expect(before.out).toMatch(/sleep\s+45 s/)
  expect(before.out.split('\n').every((line) => line.length <= 80)).toBe(true)
  await kubectlOk(['rollout', 'restart', 'deployment/web', '-n', namespace])
  await kubectlOk(['rollout', 'status', 'deployment/web', '-n', namespace, '--timeout=240s'])
  const state = async (): Promise<string | undefined> => {
    const { workloads } = await reported(slackwater, namespace)
    return workloads.find(({ name }) => name === 'web')?.state
  }
  await waitFor(
    async () => ((await state()) === 'protected' ? true : undefined),
    120_000,
    'the protected state',
  )
})
