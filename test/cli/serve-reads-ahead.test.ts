import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { BUILT_IN, FakeApiServer, INGRESS_CLASSES, INGRESSES, SERVICES } from '../cluster/fake-api-server.ts'
import { type Following, startFollowing } from './following.ts'

/** Who asks about much does not keep those waiting who ask about little: the built program, as it is put together. */

/** As many as are read for one Pod, each asked of a large Ingress. */
const SERVICES_OF_THE_HEAVY = 500
const PATHS = 5_000

const server = new FakeApiServer()
let running: Following

beforeAll(async () => {
  server.serve(...BUILT_IN)
  server.put(INGRESS_CLASSES, { metadata: { name: 'alb' }, spec: { controller: 'ingress.k8s.aws/alb' } })
  for (let nth = 0; nth < SERVICES_OF_THE_HEAVY; nth++)
    server.put(SERVICES, {
      metadata: { name: `s${nth}`, namespace: 'shop' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    })
  server.put(INGRESSES, wide(0))
  running = await startFollowing(await server.start())
  await vi.waitFor(
    async () => expect((await fetch(`http://127.0.0.1:${running.healthPort}/readyz`)).status).toBe(200),
    { timeout: 40_000 },
  )
}, 60_000)
afterAll(async () => {
  await running.stop()
  await server.stop()
})

const wide = (change: number) => ({
  metadata: {
    name: 'wide',
    namespace: 'shop',
    annotations: {
      'alb.ingress.kubernetes.io/target-type': 'ip',
      'alb.ingress.kubernetes.io/unhealthy-threshold-count': String(2 + change),
    },
  },
  spec: {
    ingressClassName: 'alb',
    rules: [
      {
        http: {
          paths: Array.from({ length: PATHS }, (_, nth) => ({
            path: `/${nth}`,
            pathType: 'Prefix',
            backend: { service: { name: `s${nth % SERVICES_OF_THE_HEAVY}`, port: { number: 80 } } },
          })),
        },
      },
    ],
  },
})

/** Both go their way over loopback: one try may come late, but whoever reads all at once is first each time. */
const TRIES = 5

test('a review that needs much is read for in steps, and a small one is answered meanwhile', async () => {
  const firsts: string[] = []
  for (let nth = 0; nth < TRIES && !firsts.includes('light'); nth++) {
    // What was read before is remembered until it changes.
    server.put(INGRESSES, wide(nth))
    await pause(200)
    firsts.push(await firstOfBoth())
  }
  expect(firsts).toContain('light')
})

/** Which of two is answered first, of which the heavy one is sent first. */
async function firstOfBoth(): Promise<string> {
  const answered: string[] = []
  const heavy = review('web').then(() => answered.push('heavy'))
  await pause(10)
  await review('nobody').then(() => answered.push('light'))
  await heavy
  return answered[0] ?? ''
}

/** A connection for each: a second request of one connection waits for the first answer. */
function review(app: string): Promise<void> {
  const text = readFileSync(new URL('../fixtures/review.json', import.meta.url), 'utf8')
  const body = text.replaceAll('"app": "web"', `"app": "${app}"`)
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: running.port,
        path: '/mutate',
        method: 'POST',
        agent: new Agent(),
        rejectUnauthorized: false,
        headers: { 'content-type': 'application/json' },
      },
      (answer) => answer.resume().once('end', resolve),
    )
    sent.once('error', reject)
    sent.end(body)
  })
}
