import { afterAll, beforeAll, expect } from 'vitest'
import { caseOf } from './support/cluster.ts'
import { freshNamespace, kubectlOk, removeNamespace, stored } from './support/kubectl.ts'
import { type Slackwater, startSlackwater, unregister } from './support/slackwater.ts'

let slackwater: Slackwater
beforeAll(async () => {
  slackwater = await startSlackwater()
})
afterAll(async () => {
  await unregister()
  await slackwater.stop()
})

caseOf('a Deployment is protected', [], async () => {
  const namespace = await freshNamespace()
  await kubectlOk(['apply', '-n', namespace, '-f', '-'], {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' }, annotations: { 'slackwater.dev/assume': 'alb-ip' } },
        spec: { containers: [{ name: 'app', image: 'example.com/e2e/server:1', imagePullPolicy: 'Never' }] },
      },
    },
  })
  const s = await stored(['deployment', 'web', '-n', namespace])
  expect(JSON.stringify(s)).toContain('"sleep":{"seconds":45}')
  await kubectlOk(['rollout', 'status', 'deployment/web', '-n', namespace, '--timeout=60s'])
  await removeNamespace(namespace)
})
