import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import type { Report } from '../../src/report/schema.ts'
import { template } from '../admission/world.ts'
import {
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
import { pod } from '../report/big-cluster.ts'
import { kubeconfig } from './following.ts'
import { folderOf, type Ran } from './run.ts'

/** The built program asks the built program: over the loopback address, and through an API server's port-forward. */

const server = new FakeApiServer()
let child: ChildProcess
let ports: { readonly port: number; readonly healthPort: number; readonly reportPort: number }
let config: string

const ownPod = (ready: boolean) => ({
  metadata: {
    name: 'slackwater-0',
    namespace: 'slackwater-system',
    labels: { 'app.kubernetes.io/name': 'slackwater' },
  },
  spec: { containers: [{ name: 'slackwater' }] },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
})

beforeAll(async () => {
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
  server.put(DEPLOYMENTS, {
    metadata: { name: 'web', namespace: 'shop' },
    spec: { replicas: 3, template: template() },
  })
  server.put(PODS, pod('shop', 'web', 'web-6d4b-0'))
  config = path.join(folderOf({ config: kubeconfig(await server.start()) }), 'config')
  const listening = ['--host', '127.0.0.1', '--port', '0', '--health-port', '0', '--report-port', '0']
  const args = ['serve', '--kubeconfig', config, '--self-signed', ...listening, '--drain-delay', '0']
  child = spawn(process.execPath, [path.resolve('dist/main.js'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  ports = await listeningOf(child)
  await vi.waitFor(
    async () => expect((await fetch(`http://127.0.0.1:${ports.healthPort}/readyz`)).status).toBe(200),
    { timeout: 40_000 },
  )
}, 60_000)
afterAll(async () => {
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  await server.stop()
  expect(code).toBe(0)
})
beforeEach(() => {
  server.refused.clear()
  server.put(PODS, ownPod(true))
  server.forwarding = { port: ports.reportPort }
})

async function listeningOf(process: ChildProcess): Promise<typeof ports> {
  if (process.stdout === null) throw new Error('no output')
  for await (const line of createInterface({ input: process.stdout })) {
    const event = JSON.parse(line) as { readonly msg: string } & typeof ports
    if (event.msg !== 'listening') continue
    process.stdout.resume()
    return event
  }
  throw new Error('the server did not start')
}

/** Not `spawnSync`: the API server of these tests lives in this process. */
async function report(...args: readonly string[]): Promise<Ran> {
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env
  const asking = spawn(process.execPath, [path.resolve('dist/main.js'), 'report', ...args], { env })
  let out = ''
  let err = ''
  asking.stdout.on('data', (text) => (out += text))
  asking.stderr.on('data', (text) => (err += text))
  const [code] = await once(asking, 'close')
  return { code, out, err }
}

const here = () => ['--address', `127.0.0.1:${ports.reportPort}`]

describe('by its address', () => {
  test('text: what would change and why, and exit code 1 for what there is to say', async () => {
    const { code, out, err } = await report(...here())
    expect(err).toBe('')
    expect(out).toContain('1 of 1 workload in 1 namespace is behind a load balancer')
    expect(out).toContain('Deployment web: would change, sleep 45 s, grace period 75 s\n')
    expect(out).toContain('behind ALB, ip targets of Ingress shop/web\n')
    expect(out).toContain('1 without a preStop hook')
    expect(code).toBe(1)
  })

  test('JSON and YAML are the same document', async () => {
    const json: Report = JSON.parse((await report(...here(), '-o', 'json')).out)
    const yaml: Report = parse((await report(...here(), '-o', 'yaml')).out)
    expect({ ...yaml, created: '', cluster: {} }).toEqual({ ...json, created: '', cluster: {} })
    expect(json.workloads[0]?.budget?.sleepSeconds).toBe(45)
  })

  test('details: chains, terms and findings', async () => {
    const { out } = await report(...here(), '--details')
    expect(out).toContain('  behind ALB, ip targets: Ingress shop/web → default backend → Service')
    expect(out).toContain('D   300  deregistration delay  assumed: AWS default')
    expect(out).toContain('SIGTERM at 45 s, SIGKILL at 75 s at the latest')
  })

  test('of a namespace that has nothing: exit code 0', async () => {
    const { code, out } = await report(...here(), '-n', 'empty')
    expect(out).toContain('0 of 0 workloads')
    expect(code).toBe(0)
  })

  test('a part that is missing is said, also on standard error', async () => {
    server.refused.set(PODS, 403)
    const { out, err, code } = await report(...here())
    expect(out).toContain('! pods are missing in this report: 403: refused')
    expect(err).toBe('warning: pods are missing: 403: refused\n')
    expect(code).toBe(1)
  })

  test('nothing that listens there', async () => {
    const other = new FakeApiServer()
    const free = await other.start()
    await other.stop()
    const { code, err } = await report('--address', `127.0.0.1:${free}`)
    expect(err).toMatch(/^error: no answer from 127\.0\.0\.1:\d+: .*ECONNREFUSED/)
    expect(code).toBe(2)
  })

  test('something else that listens there', async () => {
    const { code, err } = await report('--address', `127.0.0.1:${ports.healthPort}`)
    expect(err).toMatch(/^error: it answered 404: /)
    expect(code).toBe(2)
  })
})

const forwardingTo = (forwarding: FakeApiServer['forwarding']): void => {
  server.forwarding = forwarding
}

describe('through the API server', () => {
  const through = () => ['--kubeconfig', config]

  test('a ready Pod of ours is found by its label and asked at its report port', async () => {
    const { out, code, err } = await report(...through(), '-n', 'shop')
    expect(err).toBe('')
    expect(out).toContain('Deployment web: would change')
    expect(code).toBe(1)
    expect(server.forwarded.at(-1)).toBe(
      '/api/v1/namespaces/slackwater-system/pods/slackwater-0/portforward?ports=8081',
    )
  })

  test('a namespace that does not exist: 2, and not the report of one that has nothing', async () => {
    const { out, code, err } = await report(...through(), '-n', 'shpo')
    expect([out, code, err]).toEqual(['', 2, 'error: there is no namespace shpo\n'])
  })

  test.for<[string, () => void, readonly string[], string]>([
    [
      'none is there',
      () => server.remove(PODS, 'slackwater-0', 'slackwater-system'),
      [],
      'no Pods with label app.kubernetes.io/name=slackwater in namespace slackwater-system: Slackwater is not installed there; if it is elsewhere, set --slackwater-namespace',
    ],
    [
      'none is in the namespace that is named',
      () => {},
      ['--slackwater-namespace', 'tools'],
      'no Pods with label app.kubernetes.io/name=slackwater in namespace tools: Slackwater is not installed there; if it is elsewhere, set --slackwater-namespace',
    ],
    [
      'none is ready',
      () => server.put(PODS, ownPod(false)),
      [],
      'no Pod of Slackwater is ready in namespace slackwater-system: slackwater-0',
    ],
    [
      'Pods may not be listed',
      () => void server.refused.set(PODS, 403),
      [],
      'Pods of namespace slackwater-system cannot be listed: 403: refused',
    ],
    [
      'ports may not be forwarded',
      () => forwardingTo({ status: 403 }),
      [],
      'you may not forward ports to Pod slackwater-system/slackwater-0: the verb create on pods/portforward is required',
    ],
    [
      'the way to the node is broken',
      () => forwardingTo({ status: 502 }),
      [],
      'ports of Pod slackwater-system/slackwater-0 cannot be forwarded: Unexpected server response: 502',
    ],
    [
      'nothing listens in it',
      () => forwardingTo({}),
      ['--report-port', '9000'],
      'no answer from port 9000 of Pod slackwater-system/slackwater-0: its version has no report, or set --report-port (failed to connect to localhost:8081 inside namespace: connection refused)',
    ],
  ])('%s', async ([, arrange, args, problem]) => {
    arrange()
    const { err, code, out } = await report(...through(), ...args)
    expect({ err, code, out }).toEqual({ err: `error: ${problem}\n`, code: 2, out: '' })
  })
})

describe('the listener', () => {
  interface Reply {
    readonly status: number | undefined
    readonly type: string | undefined
    readonly text: string
  }
  const get = (url: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port: ports.reportPort, path: url, headers }, (answer) => {
        let text = ''
        answer.on('data', (chunk) => (text += chunk))
        answer.on('end', () =>
          resolve({ status: answer.statusCode, type: answer.headers['content-type'], text }),
        )
      })
      sent.once('error', reject)
      sent.end()
    })

  test('curl may have text, 80 columns wide', async () => {
    const { type, text } = await get('/report', { accept: 'text/plain' })
    expect(type).toBe('text/plain; charset=utf-8')
    expect(text).toContain('Deployment web: would change')
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80)
  })

  test.for([
    ['localhost:8081', 200],
    ['127.0.0.1:8081', 200],
    ['[::1]:8081', 200],
    ['evil.example:8081', 403],
    ['127.0.0.1.evil.example', 403],
    ['localhost.evil.example:8081', 403],
  ] as const)(
    'a request for host %s: %i, so that no web page can read it by a name of its own',
    async ([host, status]) => {
      expect((await get('/report?namespace=empty', { host })).status).toBe(status)
    },
  )

  test('who goes away ends the reading: the next one need not wait for it', async () => {
    server.hold(PODS)
    const before = server.asked.length
    const gone = request({ host: '127.0.0.1', port: ports.reportPort, path: '/report' })
    gone.once('error', () => {})
    gone.end()
    await vi.waitFor(
      () => expect(server.asked.slice(before).map(({ path: asked }) => asked)).toContain(PODS),
      { timeout: 40_000 },
    )
    gone.destroy()
    server.release(PODS)
    expect((await get('/report')).status).toBe(200)
    // What nobody ends is given up after 30 s.
  }, 25_000)

  test('where its port is taken, serve goes on without it', async () => {
    const fixed = ['--self-signed', '--host', '127.0.0.1', '--port', '0', '--health-port', '0']
    const args = ['serve', '--kubeconfig', config, ...fixed, '--report-port', String(ports.reportPort)]
    const other = spawn(process.execPath, [path.resolve('dist/main.js'), ...args, '--drain-delay', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const { healthPort, reportPort } = await listeningOf(other)
    const { status } = await fetch(`http://127.0.0.1:${healthPort}/healthz`)
    other.kill('SIGTERM')
    const [code] = await once(other, 'exit')
    expect({ reportPort, status, code }).toEqual({ reportPort: undefined, status: 200, code: 0 })
  })

  test('a namespace that can be none', async () => {
    expect(await get('/report?namespace=../../secrets')).toMatchObject({ status: 400 })
  })
})
