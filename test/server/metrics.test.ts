import { readFileSync } from 'node:fs'
import type { ClientRequest } from 'node:http'
import { request } from 'node:https'
import { afterEach, describe, expect, test } from 'vitest'
import type { Answer } from '../../src/admission/review.ts'
import { createMetrics } from '../../src/server/metrics.ts'
import { deployment, requestFor } from '../admission/world.ts'
import { first, type Running, type RunningOptions, reviewWith, startApp, until, whereTo } from './app.ts'

const running: Running[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ stop }) => stop()))
})

interface Serving extends Running {
  /** The log, but for the line about an address from which something comes for the first time. */
  readonly lines: () => Running['logs']
}

async function serve(options: RunningOptions = {}): Promise<Serving> {
  const server = await startApp(options)
  running.push(server)
  const lines = () => server.logs.filter(({ msg }) => msg !== 'first request from this address')
  return { ...server, lines }
}

const textOf = async (metrics: Running['metrics']): Promise<string> => (await metrics.expose()).text

/** Our own samples, without the default ones of the process. */
const samples = async (metrics: Running['metrics']): Promise<readonly string[]> =>
  (await textOf(metrics)).split('\n').filter((line) => line.startsWith('slackwater_'))

/** An answer reaches its client a moment before the server hears that it is out. */
const untilInFlight = (metrics: Running['metrics'], count: number): Promise<void> =>
  until(async () => (await samples(metrics)).includes(`slackwater_admission_in_flight ${count}`))

const fails = (): Answer => {
  throw new Error('a bug')
}

/** Of the webhook configuration: the resources of a rule, one line above its operations. */
const RESOURCES_OF_RULES = /^ +resources: \[(.*)\]\n +operations: \[(?:CREATE|UPDATE|, )+\]$/gm

const ordinary = reviewWith(requestFor(deployment()))

describe('metrics', () => {
  test('namespaces are counted as they are at each scrape', async () => {
    const metrics = createMetrics('1.2.3')
    let counts = [{ controller: 'lbc', state: 'label', count: 2 }]
    metrics.controller.namespaces(() => counts)
    expect(await samples(metrics)).toContain('slackwater_namespaces{controller="lbc",state="label"} 2')
    counts = []
    expect((await textOf(metrics)).includes('slackwater_namespaces{')).toBe(false)
  })

  test('replicas of the load balancer controller are told while one is seen', async () => {
    const metrics = createMetrics('1.2.3')
    let seen: { desired: number; ready: number } | undefined = { desired: 2, ready: 0 }
    metrics.loadBalancerController(() => seen)
    const name = 'slackwater_load_balancer_controller_replicas'
    expect(await samples(metrics)).toEqual(
      expect.arrayContaining([`${name}{state="desired"} 2`, `${name}{state="ready"} 0`]),
    )
    seen = undefined
    expect(await textOf(metrics)).not.toContain(`${name}{`)
  })

  test('have names with units, help and bounded labels', async () => {
    const metrics = createMetrics('1.2.3')
    metrics.certificateExpires(new Date('2027-01-02T03:04:05Z'))
    const observation = { webhook: 'mutate', seconds: 0.002, patchBytes: 300 }
    metrics.started()
    metrics.observe({ kind: 'Pod', operation: 'CREATE', outcome: 'patched', ...observation })
    metrics.ended()
    metrics.observe({
      kind: 'Gadget',
      operation: 'EXPLODE',
      outcome: 'not-concerned',
      ...observation,
      patchBytes: 0,
    })
    metrics.started()
    const lines = await samples(metrics)
    expect(lines).toContain('slackwater_build_info{version="1.2.3"} 1')
    // date -u -d 2027-01-02T03:04:05Z +%s
    expect(lines).toContain('slackwater_certificate_expiry_timestamp_seconds 1798859045')
    expect(lines).toContain(
      'slackwater_admission_requests_total{webhook="mutate",kind="Pod",operation="CREATE",outcome="patched"} 1',
    )
    expect(lines).toContain(
      'slackwater_admission_requests_total{webhook="mutate",kind="other",operation="other",outcome="not-concerned"} 1',
    )
    expect(lines).toContain('slackwater_admission_duration_seconds_bucket{le="0.001"} 0')
    expect(lines).toContain('slackwater_admission_duration_seconds_bucket{le="0.0025"} 2')
    expect(lines).toContain('slackwater_admission_duration_seconds_sum 0.004')
    expect(lines).toContain('slackwater_admission_patch_bytes_bucket{le="256"} 0')
    expect(lines).toContain('slackwater_admission_patch_bytes_bucket{le="1024"} 1')
    expect(lines).toContain('slackwater_admission_patch_bytes_count 1')
    expect(lines).toContain('slackwater_admission_in_flight 1')
  })

  test('every kind that the webhook is asked about has a label of its own', async () => {
    const kinds = [
      ...['Deployment', 'StatefulSet', 'ReplicaSet', 'DaemonSet', 'Rollout', 'Pod'],
      ...['Ingress', 'HTTPRoute', 'Service'],
    ]
    const asked = [...readFileSync('deploy/base/slackwater.yaml', 'utf8').matchAll(RESOURCES_OF_RULES)]
    const plural = (kind: string): string => `${kind.toLowerCase()}${kind.endsWith('s') ? 'es' : 's'}`
    const resources = new Set(asked.flatMap(([, resources = '']) => resources.split(', ')))
    expect([...resources]).toEqual(kinds.map(plural))
    const metrics = createMetrics('1.2.3')
    for (const kind of kinds)
      metrics.observe({
        webhook: 'mutate',
        kind,
        operation: 'CREATE',
        outcome: 'patched',
        seconds: 0,
        patchBytes: 0,
      })
    const series = (await samples(metrics)).filter((line) => line.includes('requests_total{'))
    expect(series).toEqual(
      kinds.map(
        (kind) =>
          `slackwater_admission_requests_total{webhook="mutate",kind="${kind}",operation="CREATE",outcome="patched"} 1`,
      ),
    )
  })

  test('of two servers in one process are two', async () => {
    const [one, other] = [createMetrics('1'), createMetrics('2')]
    one.started()
    expect(await samples(one)).toContain('slackwater_admission_in_flight 1')
    expect(await samples(other)).toContain('slackwater_admission_in_flight 0')
  })

  test('names that clients invent make no series', async () => {
    const { post, metrics } = await serve()
    for (let index = 0; index < 20; index += 1) {
      const kind = { group: `g${index}`, version: 'v1', kind: `Kind${index}` }
      const request = { ...requestFor(deployment()), kind, operation: `OP${index}` }
      expect((await post(reviewWith(request))).status).toBe(200)
    }
    const series = (await samples(metrics)).filter((line) => line.includes('requests_total{'))
    expect(series).toEqual([
      'slackwater_admission_requests_total{webhook="mutate",kind="other",operation="other",outcome="not-concerned"} 20',
    ])
  })

  test('count nothing in flight after bad input, a failure and ordinary work', async () => {
    const broken = await serve({ admit: fails })
    await broken.post(ordinary)
    const { post, metrics } = await serve()
    await post('no JSON')
    await post({})
    await post('x'.repeat(9_000_000))
    await post(reviewWith({ ...requestFor(deployment()), object: null }))
    await post(ordinary)
    for (const one of [broken.metrics, metrics]) await untilInFlight(one, 0)
    const counted = (await samples(metrics)).filter((line) => line.includes('requests_total{'))
    expect(counted.toSorted()).toEqual([
      'slackwater_admission_requests_total{webhook="mutate",kind="Deployment",operation="CREATE",outcome="patched"} 1',
      'slackwater_admission_requests_total{webhook="mutate",kind="Deployment",operation="CREATE",outcome="unreadable"} 1',
    ])
  })
})

describe('the gauge of what is in flight', () => {
  /** A request of which the first byte of the body has come, and no more. */
  async function halfSent({ port, metrics }: Running): Promise<ClientRequest> {
    const sent = request({ ...whereTo(port), headers: { 'content-type': 'application/json' } })
    sent.on('error', () => undefined)
    sent.write('{')
    await untilInFlight(metrics, 1)
    return sent
  }

  test('counts a request until its answer is out', async () => {
    const server = await serve()
    const sent = await halfSent(server)
    sent.end('}')
    expect(await first(sent, 'response')).toMatchObject({ statusCode: 400 })
    await untilInFlight(server.metrics, 0)
  })

  test('counts a request no longer once its connection broke', async () => {
    const server = await serve()
    const sent = await halfSent(server)
    sent.destroy()
    await untilInFlight(server.metrics, 0)
  })
})

describe('a decision that fails', () => {
  test('to be written down is allowed like any other: its patch nests deeper than JSON bears', async () => {
    let value: unknown = 'leaf'
    for (let depth = 0; depth < 200_000; depth += 1) value = [value]
    const deep = { outcome: 'patched', operations: [{ op: 'add', path: '/a', value }] } as const
    const admit = (): Answer => ({ ...deep, warnings: [], auditAnnotations: {}, log: {} })
    const { post, lines, metrics } = await serve({ admit })
    const { status, json } = await post(ordinary)
    expect(status).toBe(200)
    expect(json).toMatchObject({
      response: { uid: '7f3c', allowed: true, warnings: ['slackwater: internal error, not changed (7f3c)'] },
    })
    expect(json).not.toHaveProperty('response.patch')
    expect(lines().map(({ level }) => level)).toEqual([50, 30])
    expect(await textOf(metrics)).toContain('outcome="error"} 1')
  })

  test('is allowed, with a warning, an error in the log and an outcome of its own', async () => {
    const { post, lines, metrics } = await serve({ admit: fails })
    const { status, json } = await post(ordinary)
    expect(status).toBe(200)
    expect(json).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: {
        uid: '7f3c',
        allowed: true,
        warnings: ['slackwater: internal error, not changed (7f3c)'],
      },
    })
    const [error, decision, ...rest] = lines()
    // pino's levels: 50 is error, 30 is info.
    const err = { message: 'a bug', stack: expect.stringContaining('at ') }
    expect(error).toMatchObject({ level: 50, uid: '7f3c', err })
    expect(decision).toMatchObject({ level: 30, uid: '7f3c', outcome: 'error' })
    expect(rest).toEqual([])
    expect(await textOf(metrics)).toContain('outcome="error"} 1')
  })
})

describe('the log', () => {
  test('has one line for a decision, with who asked, what was done and how long it took', async () => {
    const { post, lines } = await serve()
    const { json } = await post(ordinary)
    const { response } = json as { readonly response: { readonly patch: string } }
    expect(lines()).toEqual([
      {
        level: 30,
        time: expect.any(Number),
        msg: 'decision',
        webhook: 'mutate',
        from: '127.0.0.1',
        uid: '7f3c',
        kind: 'Deployment',
        namespace: 'shop',
        name: 'web',
        operation: 'CREATE',
        dryRun: false,
        outcome: 'patched',
        patchBytes: Buffer.from(response.patch, 'base64').length,
        durationMs: expect.any(Number),
        mode: 'enforce',
        verdict: 'inject',
        why: 'visible in the template, and works while the webhook is unavailable',
        exposures: 1,
        operations: 3,
        sleep: 45,
        grace: 75,
        decidedBy: expect.any(String),
      },
    ])
  })

  test('has no longer names than Kubernetes has: 253 characters', async () => {
    const { post, lines } = await serve({ admit: fails })
    const long = 'x'.repeat(1_000_000)
    const kind = { group: 'apps', version: 'v1', kind: long }
    const request = { uid: long, kind, name: long, namespace: long, operation: long, object: null }
    const { json } = await post(reviewWith(request))
    expect(json).toMatchObject({ response: { uid: long } })
    const cut = `${'x'.repeat(253)}…`
    const [error, decision] = lines()
    expect(error).toMatchObject({ uid: cut })
    expect(decision).toMatchObject({ uid: cut, kind: cut, name: cut, namespace: cut, operation: cut })
  })

  test('has no line for what is no review', async () => {
    const { post, lines } = await serve()
    await post('no JSON')
    await post({})
    expect(lines()).toEqual([])
  })
})

describe('time', () => {
  test.for(['0s', '1ns'])(
    'a request that took longer than ?timeout=%s is allowed and not decided',
    async (timeout) => {
      let asked = 0
      const admit = (): Answer => {
        asked += 1
        return fails()
      }
      const { post, metrics } = await serve({ admit })
      const { json } = await post(ordinary, { path: `/mutate?timeout=${timeout}` })
      expect(asked).toBe(0)
      const warnings = [expect.stringContaining('not changed: the request took longer to arrive')]
      expect(json).toMatchObject({ response: { uid: '7f3c', allowed: true, warnings } })
      expect(json).not.toHaveProperty('response.patch')
      expect(await textOf(metrics)).toContain('outcome="too-late"} 1')
    },
  )

  test.for(['', '?timeout=30s', '?timeout=soon', '?timeout=5s&timeout=6s'])(
    'a request with %j is decided',
    async (query) => {
      const { post } = await serve()
      const { json } = await post(ordinary, { path: `/mutate${query}` })
      expect(json).toMatchObject({ response: { patchType: 'JSONPatch' } })
    },
  )
})

test('a dry run is answered exactly as the real request', async () => {
  const { post, lines } = await serve()
  const real = await post(ordinary)
  const dry = await post(reviewWith({ ...requestFor(deployment()), dryRun: true }))
  expect(dry.text).toBe(real.text)
  expect(lines().map(({ dryRun }) => dryRun)).toEqual([false, true])
})
