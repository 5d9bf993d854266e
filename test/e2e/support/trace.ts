import { call, pathOf } from './api.ts'
import { freshNamespace, kubectlOk, removeNamespace, type Said, type StoredObject } from './kubectl.ts'
import { type Named, rolloutsOf } from './rollouts.ts'
import { app, INGRESS_CLASS, ingress, service } from './shop.ts'
import { HIDDEN, waitFor } from './slackwater.ts'
import { protectionOf } from './template.ts'

/** What a step of a flow said, and what it left behind: as a person sees it. */
export interface Seen {
  readonly code: number
  /** Warnings and refusals. */
  readonly err: string
  /** How many templates the workload has had. */
  readonly templates: number
  readonly generation: number
  /** Its Pods are to be made from another template than before the step. */
  readonly rolled: boolean
}

export type Step = (namespace: string) => Promise<Pick<Said, 'code' | 'err'>>

/** Takes the steps one after the other, in one namespace. */
export async function trace(named: Named, steps: readonly Step[]): Promise<readonly Seen[]> {
  const seen: Seen[] = []
  let before: string | undefined
  for (const step of steps) {
    const { code, err } = await step(named.namespace)
    const { templates, current, generation } = await rolloutsOf(named)
    seen.push({
      code,
      err: err.replaceAll(named.namespace, 'NAMESPACE'),
      templates: templates.length,
      generation,
      rolled: current !== before,
    })
    before = current
  }
  return seen
}

export interface Pair {
  readonly withUs: string
  readonly without: string
}

export const inBoth = async <T>(
  { withUs, without }: Pair,
  work: (namespace: string) => Promise<T>,
): Promise<{ readonly ours: T; readonly theirs: T }> => {
  const [ours, theirs] = await Promise.all([work(withUs), work(without)])
  return { ours, theirs }
}

/** Two namespaces alike, with an ALB before each; one is hidden from the webhook. */
export async function pair(): Promise<Pair> {
  const withUs = await freshNamespace()
  const without = await freshNamespace(HIDDEN)
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
  for (const namespace of [withUs, without])
    await kubectlOk(['apply', '-n', namespace, '-f', '-'], service(), ingress())
  await exposed(withUs, { app: 'web' })
  return { withUs, without }
}

export const removePair = async ({ withUs, without }: Pair): Promise<void> =>
  void (await Promise.all([withUs, without].map(removeNamespace)))

/** Waits until Slackwater has heard that a load balancer sends to Pods with these labels. */
export async function exposed(namespace: string, labels: Readonly<Record<string, string>>): Promise<void> {
  const path = pathOf({ apiVersion: 'apps/v1', plural: 'deployments' }, namespace)
  const probe = app({ name: 'probe', labels: { 'slackwater.dev/mode': 'enforce' } })
  const { template } = probe.spec
  const body = {
    ...probe,
    spec: {
      ...probe.spec,
      selector: { matchLabels: labels },
      template: { ...template, metadata: { labels } },
    },
  }
  await waitFor(async () => {
    const answer = await call({ method: 'POST', path, query: { dryRun: 'All' }, body })
    return protectionOf(answer.body as StoredObject).recorded ? true : undefined
  })
}
