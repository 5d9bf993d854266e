import { request } from 'node:https'
import { json } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readWitness } from '../../src/kubernetes/observed-document.ts'
import {
  BINDINGS,
  BUILT_IN,
  DEPLOYMENTS,
  FakeApiServer,
  LEASES,
  SERVICES,
} from '../cluster/fake-api-server.ts'
import { Account } from '../lab/aws/account.ts'
import { type StandIn, startStandIn } from '../lab/aws/stand-in.ts'
import { type Following, startFollowing } from './following.ts'
import { folderOf } from './run.ts'

/** The built program as the leader of a played cluster, with AWS's own client against a played AWS. */

const CONFIG_MAPS = '/api/v1/configmaps'
const STORED = '/api/v1/namespaces/slackwater-system/configmaps/slackwater-observed'

let server: FakeApiServer
let standIn: StandIn
let program: Following | undefined
let group: string

beforeEach(async () => {
  const account = new Account({ region: 'eu-central-1' })
  const alb = account.addLoadBalancer({ name: 'shop' })
  group = account.addTargetGroup({
    name: 'web',
    loadBalancers: [alb],
    attributes: { 'deregistration_delay.timeout_seconds': '30' },
  })
  standIn = await startStandIn(account)
  vi.stubEnv('AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2', standIn.url)
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
  server = new FakeApiServer()
  server.serve(...BUILT_IN, LEASES, CONFIG_MAPS, BINDINGS)
  server.put(SERVICES, {
    metadata: { name: 'web', namespace: 'shop' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  })
  server.put(BINDINGS, {
    metadata: { name: 'web', namespace: 'shop' },
    spec: { targetGroupARN: group, targetType: 'ip', serviceRef: { name: 'web', port: 80 } },
  })
  server.put(DEPLOYMENTS, DEPLOYMENT)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await program?.stop()
  program = undefined
  await standIn.stop()
  await server.stop()
})

const DEPLOYMENT = {
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'web:1' }] },
    },
  },
}

const start = async (enabled: boolean): Promise<Following> => {
  const folder = folderOf({ 'settings.yaml': `aws: { enabled: ${enabled} }\n` })
  program = await startFollowing(
    await server.start(),
    '--controller',
    '--settings',
    `${folder}/settings.yaml`,
  )
  const { lines } = program
  await vi.waitFor(() => expect(lines.map(({ msg }) => msg)).toContain('leading'), { timeout: 40_000 })
  return program
}

const stored = () => {
  const body = server.writes.findLast(({ path }) => path === STORED)?.body
  return readWitness(
    (body as { readonly data: Readonly<Record<string, string>> } | undefined)?.data['aws.json'] ?? '',
  ).value
}
const metric = async ({ healthPort }: Following, name: string): Promise<readonly string[]> => {
  const text = await (await fetch(`http://127.0.0.1:${healthPort}/metrics`)).text()
  return text.split('\n').filter((line) => line.startsWith(name))
}

/** A Deployment is applied. @returns the answer. */
const admitted = ({ port }: Following): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const object = { apiVersion: 'apps/v1', kind: 'Deployment', ...DEPLOYMENT }
    const review = {
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      request: {
        uid: '1',
        kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
        resource: { group: 'apps', version: 'v1', resource: 'deployments' },
        operation: 'CREATE',
        namespace: 'shop',
        name: 'web',
        userInfo: {},
        object,
      },
    }
    const options = { host: '127.0.0.1', port, path: '/mutate', method: 'POST', rejectUnauthorized: false }
    const sent = request({ ...options, headers: { 'content-type': 'application/json' } }, (response) =>
      json(response).then(resolve, reject),
    )
    sent.on('error', reject)
    sent.end(JSON.stringify(review))
  })

test('what AWS answers is stored and counted', async () => {
  const running = await start(true)
  await vi.waitFor(() => expect(stored()).toBeDefined(), { timeout: 40_000 })
  expect(stored()?.targetGroups).toMatchObject([
    { targetGroup: group, attributes: { 'deregistration_delay.timeout_seconds': '30' } },
  ])
  expect(standIn.calls.map(({ action }) => action)).toEqual([
    'DescribeTargetGroups',
    'DescribeTargetGroupAttributes',
    'DescribeLoadBalancers',
    'DescribeLoadBalancerAttributes',
  ])
  expect(
    standIn.calls.every(({ authorization = '' }) =>
      authorization.includes('/eu-central-1/elasticloadbalancing/'),
    ),
  ).toBe(true)
  expect(await metric(running, 'slackwater_aws_calls_total')).toEqual(
    standIn.calls.map(({ action }) => `slackwater_aws_calls_total{action="${action}",outcome="ok"} 1`),
  )
  expect(await metric(running, 'slackwater_aws_answer_age_seconds')).toHaveLength(1)
}, 60_000)

test('no admission waits for an AWS that does not answer', async () => {
  standIn.fail({ kind: 'silent' })
  const running = await start(true)
  await vi.waitFor(() => expect(standIn.calls.length).toBeGreaterThan(0), { timeout: 40_000 })
  const answer = await admitted(running)
  expect(answer).toMatchObject({ response: { allowed: true, patchType: 'JSONPatch' } })
  // Nor does readiness.
  expect((await fetch(`http://127.0.0.1:${running.healthPort}/readyz`)).status).toBe(200)
  expect(standIn.calls.every(({ status }) => status === undefined)).toBe(true)
}, 60_000)

test('switched off, which is the default, AWS is not asked', async () => {
  const running = await start(false)
  // Some rounds of the leader's loops.
  await vi.waitFor(
    async () => {
      const ticks = await metric(
        running,
        'slackwater_controller_ticks_total{loop="namespace-labels",outcome="done"}',
      )
      expect(Number(ticks[0]?.split(' ').at(-1))).toBeGreaterThan(1)
    },
    { timeout: 40_000 },
  )
  expect(standIn.calls).toEqual([])
  expect(await metric(running, 'slackwater_aws_')).toEqual([])
}, 60_000)
