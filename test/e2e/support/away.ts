import { call, pathOf } from './api.ts'
import { closedPort } from './broken-webhook.ts'
import { deployment, hooksOf, sleep, templateOf } from './deployment.ts'
import { register, type Slackwater, waitFor } from './slackwater.ts'

/** Behind an ALB with ip targets, whatever else is known: S = 5 + 25 + 10 + 5 = 45, G = 45 + 30 = 75. */
export const ASSUMED = { 'slackwater.dev/assume': 'alb-ip' } as const

/** Waits until the API server goes by the configuration as it is now: it reads it by a watch of its own. */
async function untilAnswered(expected: unknown, namespace: string): Promise<void> {
  const path = pathOf({ apiVersion: 'apps/v1', plural: 'deployments' }, namespace)
  const probe = deployment({ annotations: ASSUMED })
  const body = { ...probe, metadata: { name: 'probe' } }
  await waitFor(async () => {
    const answer = await call({ method: 'POST', path, query: { dryRun: 'All' }, body })
    const { app } = hooksOf(templateOf(answer.body))
    return JSON.stringify(app) === JSON.stringify(expected) ? true : undefined
  })
}

/** The webhook stays registered, and every connection to it is refused. */
export async function goAway({ caBundle }: Slackwater, namespace: string): Promise<void> {
  await register({ port: await closedPort(), caBundle })
  await untilAnswered(undefined, namespace)
}

export async function comeBack(slackwater: Slackwater, namespace: string): Promise<void> {
  await register(slackwater)
  await untilAnswered(sleep(45), namespace)
}
