import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { BUILT_IN, FakeApiServer, INGRESS_CLASSES, INGRESSES, SERVICES } from '../cluster/fake-api-server.ts'
import { type Following, kubeconfig, startFollowing } from './following.ts'
import { folderOf, slackwater } from './run.ts'

/** The built program, following an API server over HTTP as a kubeconfig tells it. */

test.for<[string, readonly string[], RegExp]>([
  ['a kubeconfig that is not there', ['--kubeconfig', 'gone'], /^error: gone: /],
  [
    'a context that it has not',
    ['--kubeconfig', 'config', '--context', 'prod'],
    /^error: there is no context prod; there are here\n/,
  ],
  [
    'both a cluster and manifests',
    ['--kubeconfig', 'config', '--manifests', '.'],
    /cannot be used with option/,
  ],
])('refuses %s', ([, args, said]) => {
  const cwd = folderOf({ config: kubeconfig(1) })
  const { code, err } = slackwater(['serve', '--self-signed', '--host', '127.0.0.1', ...args], { cwd })
  expect(err).toMatch(said)
  expect(code).toBe(2)
})

describe('following a cluster', () => {
  const server = new FakeApiServer()
  let ports: Following

  beforeAll(async () => {
    server.serve(...BUILT_IN)
    server.refused.set(INGRESSES, 403)
    ports = await startFollowing(await server.start())
  })
  afterAll(async () => {
    const code = await ports.stop()
    await server.stop()
    expect(code).toBe(0)
  })

  const health = async (what: string) => {
    const answer = await fetch(`http://127.0.0.1:${ports.healthPort}/${what}`)
    return { status: answer.status, text: await answer.text() }
  }

  test('is not ready while a list is missing, and says which; nothing is injected, and that is said too', async () => {
    await vi.waitFor(
      async () =>
        expect(JSON.parse((await health('readyz')).text).waiting).toEqual([
          'ingresses.networking.k8s.io',
          'inventory-fresh',
        ]),
      { timeout: 40_000 },
    )
    const { patch, warnings } = await review(ports.port)
    expect(patch).toBeUndefined()
    expect(warnings).toEqual([
      'slackwater: not protected: load balancers unknown: ingresses.networking.k8s.io not yet read from the cluster',
    ])
  })

  test('is ready when every list has ended, and answers from what the cluster holds', async () => {
    server.refused.clear()
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
    await vi.waitFor(async () => expect((await health('readyz')).status).toBe(200), { timeout: 40_000 })
    // C 5 + max(P 25, min(D 300, 35)) + J 5 = 45
    await vi.waitFor(
      async () => expect(JSON.stringify((await review(ports.port)).patch)).toContain('"seconds":45'),
      { timeout: 40_000 },
    )
  }, 60_000)

  test('an Ingress that goes is heard of: new templates get nothing', async () => {
    server.remove(INGRESSES, 'web', 'shop')
    await vi.waitFor(async () => expect((await review(ports.port)).patch).toBeUndefined(), {
      timeout: 40_000,
    })
  })

  test('the age of each watch is a metric', async () => {
    const { text } = await health('metrics')
    expect(text).toMatch(/slackwater_watch_age_seconds\{resource="services"\} [\d.]+\n/)
    expect(text).not.toContain('targetgroupbindings')
  })
})

interface Reply {
  readonly patch: unknown
  readonly warnings: readonly string[] | undefined
}

/** Sends a new Deployment, as an API server would. */
async function review(port: number): Promise<Reply> {
  const body = readFileSync(new URL('../fixtures/review.json', import.meta.url))
  const { response } = await new Promise<{ response: { patch?: string; warnings?: readonly string[] } }>(
    (resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port,
          path: '/mutate',
          method: 'POST',
          rejectUnauthorized: false,
          headers: { 'content-type': 'application/json' },
        },
        (answer) => {
          const chunks: Buffer[] = []
          answer.on('data', (chunk: Buffer) => chunks.push(chunk))
          answer.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString('utf8'))))
        },
      )
      sent.once('error', reject)
      sent.end(body)
    },
  )
  const { patch, warnings } = response
  return {
    patch: patch === undefined ? undefined : JSON.parse(Buffer.from(patch, 'base64').toString('utf8')),
    warnings,
  }
}
