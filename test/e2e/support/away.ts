import { closedPort } from './broken-webhook.ts'
import { deployment, hooksOf, sleep, templateOf } from './deployment.ts'
import { kubectlOk } from './kubectl.ts'
import { register, type Slackwater, waitFor } from './slackwater.ts'

/** Behind an ALB with ip targets, whatever else is known: S = 5 + 25 + 10 + 5 = 45, G = 45 + 30 = 75. */
export const ASSUMED = { 'slackwater.dev/assume': 'alb-ip' } as const

/** What Slackwater would store of a Deployment that is created now; nothing is stored. */
export async function answerFor(
  object: unknown,
  namespace: string,
): Promise<Readonly<Record<string, unknown>>> {
  const args = ['create', '-n', namespace, '--dry-run=server', '-o', 'json', '-f', '-']
  return hooksOf(templateOf(JSON.parse((await kubectlOk(args, object)).out)))
}

/** Waits until the API server goes by the configuration as it is now: it reads it by a watch of its own. */
async function untilAnswered(expected: unknown, namespace: string): Promise<void> {
  const probe = deployment({ name: 'probe', annotations: ASSUMED })
  await waitFor(async () => {
    const { app } = await answerFor(probe, namespace)
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
