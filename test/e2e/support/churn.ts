import { setTimeout as pause } from 'node:timers/promises'
import { type ApiCall, call, pathOf } from './api.ts'
import { app, ingress, service } from './shop.ts'

/** Objects of every kind that come, change and go: in the end there are as many as in the beginning. */
export interface Churn {
  end(): Promise<{ readonly writes: number; readonly failures: readonly string[] }>
}

/** Of each kind, at a time. */
const SLOTS = 40

interface Kept {
  readonly path: string
  readonly body: object
  readonly name: string
}

const kept = (namespace: string, slot: number): readonly Kept[] => {
  const name = `churn-${slot}`
  const workload = app({ name })
  const headless = service(name)
  return [
    {
      name,
      path: pathOf({ apiVersion: 'v1', plural: 'services' }, namespace),
      body: { ...headless, spec: { ...headless.spec, clusterIP: 'None' } },
    },
    {
      name,
      path: pathOf({ apiVersion: 'networking.k8s.io/v1', plural: 'ingresses' }, namespace),
      body: ingress(name),
    },
    {
      name,
      path: pathOf({ apiVersion: 'apps/v1', plural: 'deployments' }, namespace),
      // Paused: no Pod is made of it.
      body: { ...workload, spec: { ...workload.spec, paused: true } },
    },
  ]
}

const create = ({ path, body }: Kept): ApiCall => ({ method: 'POST', path, body })
const change = ({ path, name }: Kept): ApiCall => ({
  method: 'PATCH',
  path: `${path}/${name}`,
  contentType: 'application/merge-patch+json',
  body: { metadata: { annotations: { 'alb.ingress.kubernetes.io/unhealthy-threshold-count': '3' } } },
})
const remove = ({ path, name }: Kept): ApiCall => ({ method: 'DELETE', path: `${path}/${name}` })

/** Everything is created, then changed, then deleted, and so on for ever. */
function* writes(namespace: string): Generator<ApiCall, never> {
  const objects = Array.from({ length: SLOTS }, (_, slot) => kept(namespace, slot)).flat()
  for (;;) for (const step of [create, change, remove]) for (const object of objects) yield step(object)
}

/** @param rate writes in a second. */
export function beginChurn(namespace: string, rate: number): Churn {
  let isEnding = false
  let count = 0
  const failures: string[] = []
  const running = (async () => {
    for (const write of writes(namespace)) {
      if (isEnding) return
      const from = performance.now()
      const { status, body } = await call(write)
      count += 1
      if (status >= 300) failures.push(`${status} ${JSON.stringify(body).slice(0, 300)}`)
      await pause(Math.max(0, 1_000 / rate - (performance.now() - from)))
    }
  })()
  return {
    end: async () => {
      isEnding = true
      await running
      return { writes: count, failures }
    },
  }
}
