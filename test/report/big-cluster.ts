import type { FakeObject } from '../cluster/fake-api-server.ts'

/**
 * A cluster before its first install: so many namespaces with ten Deployments each, of which three stand behind an
 * ALB with ip targets. Of these three: `web` has nothing; `shop` has a sleep of its own that is long enough
 * (45, and a grace period of 75); `old` has one of 5 s. Every tenth namespace has only Deployments that nothing
 * sends to.
 */
export interface BigCluster {
  readonly services: readonly FakeObject[]
  readonly ingresses: readonly FakeObject[]
  readonly deployments: readonly FakeObject[]
  readonly pods: readonly FakeObject[]
}

const HOOKS: Readonly<Record<string, number | undefined>> = { web: undefined, shop: 45, old: 5 }
const PODS_EACH = 2

export function bigCluster(namespaces: number): BigCluster {
  const names = Array.from({ length: namespaces }, (_, index) => `team-${String(index).padStart(3, '0')}`)
  const served = names.filter((_, index) => index % 10 !== 9)
  const apps = Object.keys(HOOKS)
  return {
    services: served.flatMap((namespace) => apps.map((app) => service(namespace, app))),
    ingresses: served.flatMap((namespace) => apps.map((app) => ingress(namespace, app))),
    deployments: names.flatMap((namespace) =>
      Array.from({ length: 10 }, (_, index) => deployment(namespace, apps[index] ?? `worker-${index}`)),
    ),
    pods: served.flatMap((namespace) =>
      apps.flatMap((app) =>
        Array.from({ length: PODS_EACH }, (_, index) => pod(namespace, app, `${app}-6d4b-${index}`)),
      ),
    ),
  }
}

const service = (namespace: string, name: string): FakeObject => ({
  metadata: { name, namespace },
  spec: { selector: { app: name }, ports: [{ port: 80 }] },
})

const ingress = (namespace: string, name: string): FakeObject => ({
  metadata: { name, namespace, annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip' } },
  spec: { ingressClassName: 'alb', defaultBackend: { service: { name, port: { number: 80 } } } },
})

function template(app: string) {
  const hook = HOOKS[app]
  const lifecycle = hook === undefined ? {} : { lifecycle: { preStop: { sleep: { seconds: hook } } } }
  return {
    metadata: { labels: { app } },
    spec: {
      terminationGracePeriodSeconds: hook === undefined ? 30 : hook + 30,
      containers: [{ name: 'app', image: 'app:1', readinessProbe: { httpGet: {} }, ...lifecycle }],
    },
  }
}

const deployment = (namespace: string, name: string): FakeObject => ({
  metadata: { name, namespace },
  spec: { replicas: PODS_EACH, selector: { matchLabels: { app: name } }, template: template(name) },
})

export function pod(namespace: string, app: string, name: string): FakeObject {
  const { metadata, spec } = template(app)
  return {
    metadata: {
      name,
      namespace,
      creationTimestamp: '2026-03-01T08:00:00Z',
      labels: { ...metadata.labels, 'pod-template-hash': '6d4b' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${app}-6d4b`, controller: true }],
    },
    spec,
    status: { phase: 'Running' },
  }
}
