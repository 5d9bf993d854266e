import type { Audit } from '../../src/audit/audit-cluster.ts'
import { auditCluster } from '../../src/audit/audit-cluster.ts'
import type { Report } from '../../src/report/schema.ts'
import {
  apiAt,
  BUILT_IN,
  DEPLOYMENTS,
  FakeApiServer,
  INGRESS_CLASSES,
  INGRESSES,
  NAMESPACES,
  PODS,
  REPLICA_SETS,
  SERVICES,
} from '../cluster/fake-api-server.ts'
import { settingsWith } from '../core/exposures.ts'
import { pod } from '../report/big-cluster.ts'

/** Where an ALB with ip targets sends to `web`, of three replicas, which has nothing; and `worker` has no Service. */
export async function shop(): Promise<FakeApiServer> {
  const server = new FakeApiServer()
  server.serve(...BUILT_IN, REPLICA_SETS, PODS)
  server.put(NAMESPACES, { metadata: { name: 'shop' } })
  server.put(INGRESS_CLASSES, { metadata: { name: 'alb' }, spec: { controller: 'ingress.k8s.aws/alb' } })
  server.put(SERVICES, {
    metadata: { name: 'web', namespace: 'shop' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  })
  server.put(INGRESSES, {
    metadata: {
      name: 'web',
      namespace: 'shop',
      annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip' },
    },
    spec: { ingressClassName: 'alb', defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  })
  server.put(DEPLOYMENTS, deployment('web'))
  server.put(DEPLOYMENTS, deployment('worker'))
  server.put(PODS, pod('shop', 'web', 'web-6d4b-0'))
  return server
}

export const deployment = (name: string, spec: object = {}, labels: object = {}) => ({
  metadata: { name, namespace: 'shop', labels },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'app', image: 'app:1', readinessProbe: { httpGet: {} } }], ...spec },
    },
  },
})

/** An audit of an API server of this machine, at a fixed time. */
export const audit = (port: number, further: Partial<Audit> = {}): Promise<Report> =>
  auditCluster({
    api: apiAt(port),
    audited: { context: 'here', server: `http://127.0.0.1:${port}` },
    settings: settingsWith(),
    differing: [],
    version: '1.2.3',
    isTrying: false,
    signal: new AbortController().signal,
    onStep: () => undefined,
    now: () => new Date('2026-03-02T10:00:00Z'),
    ...further,
  })
