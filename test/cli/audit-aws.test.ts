import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { shop } from '../audit/cluster.ts'
import { BINDINGS, type FakeApiServer } from '../cluster/fake-api-server.ts'
import { Account } from '../lab/aws/account.ts'
import { type StandIn, startStandIn } from '../lab/aws/stand-in.ts'
import { kubeconfig } from './following.ts'
import { folderOf, type Ran } from './run.ts'

/** The built program with a played cluster and a played AWS, asked by AWS's own client. */

let server: FakeApiServer
let standIn: StandIn
let config: string
let group: string

beforeEach(async () => {
  const account = new Account({ region: 'eu-central-1' })
  const nlb = account.addLoadBalancer({ name: 'legacy', type: 'network' })
  group = account.addTargetGroup({
    name: 'legacy',
    protocol: 'TCP',
    loadBalancers: [nlb],
    attributes: { 'deregistration_delay.timeout_seconds': '77' },
  })
  standIn = await startStandIn(account)
  server = await shop()
  server.serve(BINDINGS)
  bind('legacy', group)
  config = path.join(folderOf({ config: kubeconfig(await server.start()) }), 'config')
})
afterEach(async () => {
  await standIn.stop()
  await server.stop()
})

/** Made by hand: nothing in the cluster says what its target group is. */
const bind = (name: string, arn: string): void =>
  server.put(BINDINGS, {
    metadata: { name, namespace: 'shop' },
    spec: { targetGroupARN: arn, targetType: 'ip', serviceRef: { name: 'web', port: 80 } },
  })

async function audit(...args: readonly string[]): Promise<Ran> {
  const { NO_COLOR: _, FORCE_COLOR: __, AWS_PROFILE: ___, ...env } = process.env
  const child = spawn(
    process.execPath,
    [path.resolve('dist/main.js'), 'audit', '--kubeconfig', config, ...args],
    {
      env: {
        ...env,
        AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2: standIn.url,
        AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let [out, err] = ['', '']
  child.stdout.on('data', (text) => (out += text))
  child.stderr.on('data', (text) => (err += text))
  const [code] = await once(child, 'close')
  return { code, out, err }
}

/** C 5 + P 25 + R 10 + J 5: an ALB, assumed. */
const AS_ALB = 'inject: sleep 45 s, grace period 75 s'
/** C 5 + P 120 + R 10 + J 5: an NLB. */
const AS_NLB = 'inject: sleep 140 s, grace period 170 s'

test('AWS says what a target group is that was made by hand; without --aws nobody asks it', async () => {
  expect((await audit('--details')).out).toContain(AS_ALB)
  expect(standIn.calls).toEqual([])
  const { out, err, code } = await audit('--details', '--aws')
  expect(err).toBe('')
  expect(code).toBe(1)
  expect(out).toContain(AS_NLB)
  expect(out).toContain('behind NLB, ip targets: TargetGroupBinding shop/legacy')
  expect(out).not.toContain('ALB assumed')
  // One for the target group and one for its attributes, and the same for its load balancer.
  expect(standIn.calls.length).toBe(4)
}, 60_000)

const WORDS = 'answers of AWS could not be listed completely'

test('what AWS refuses is named, and the rest goes on as it is declared', async () => {
  standIn.fail({ kind: 'denied', action: 'DescribeTargetGroupAttributes' })
  const { out, err, code } = await audit('--details', '--aws')
  // As with everything that could not be read (docs/input-and-output.md).
  expect(code).toBe(2)
  expect(err).toContain(
    `${WORDS}: AWS denies elasticloadbalancing:DescribeTargetGroupAttributes for account 123456789012`,
  )
  expect(out).toContain(AS_ALB)
}, 60_000)

test('a profile that does not exist: nothing is sent', async () => {
  const { out, err } = await audit('--details', '--aws-profile', 'nobody')
  expect(err).toContain(`${WORDS}: no AWS credentials of profile nobody (`)
  expect(out).toContain(AS_ALB)
  expect(standIn.calls).toEqual([])
}, 60_000)

test('a target group that AWS does not know, and what is no ARN, do not hinder the others', async () => {
  const gone = group.replace('/legacy/', '/gone/')
  const odd = 'arn:aws:elasticloadbalancing:evil.example/:1:targetgroup/a/b'
  bind('gone', gone)
  bind('odd', odd)
  const { out, err } = await audit('--details', '--aws')
  expect(err).toContain(
    `AWS does not know the target group that a TargetGroupBinding names, ${gone}: it was deleted`,
  )
  expect(err).toContain(`a TargetGroupBinding names what is no ARN of a target group: ${odd}`)
  expect(out).toContain('behind NLB, ip targets: TargetGroupBinding shop/legacy')
}, 60_000)
