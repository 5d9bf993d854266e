import {
  DeregisterTargetsCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  paginateDescribeTargetGroups,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Account } from './account.ts'
import { type StandIn, startStandIn } from './stand-in.ts'

/** AWS's own client is the judge: what it reads is what is there. */
let clock = 0
let account: Account
let standIn: StandIn
let client: ElasticLoadBalancingV2Client

beforeEach(async () => {
  clock = Date.parse('2026-10-01T00:00:00Z')
  account = new Account({ now: () => clock, healthyAfter: 30_000 })
  standIn = await startStandIn(account)
  client = new ElasticLoadBalancingV2Client({
    region: account.region,
    endpoint: standIn.url,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'none' },
    maxAttempts: 1,
  })
})

afterEach(async () => {
  client.destroy()
  await standIn.stop()
})

describe('what it answers', () => {
  test('a load balancer with its attributes, and its target group with its own', async () => {
    const alb = account.addLoadBalancer({
      name: 'shop',
      attributes: { 'idle_timeout.timeout_seconds': '120' },
    })
    const web = account.addTargetGroup({
      name: 'k8s-shop-web',
      port: 8080,
      loadBalancers: [alb],
      attributes: { 'deregistration_delay.timeout_seconds': '30' },
    })
    const { LoadBalancers = [], NextMarker } = await client.send(new DescribeLoadBalancersCommand({}))
    expect(NextMarker).toBeUndefined()
    expect(LoadBalancers).toHaveLength(1)
    expect(LoadBalancers[0]).toMatchObject({
      LoadBalancerArn: alb,
      LoadBalancerName: 'shop',
      Type: 'application',
      Scheme: 'internet-facing',
      State: { Code: 'active' },
    })
    // The form that access logs and ARNs have: app/NAME/16 hexadecimal digits.
    expect(alb).toMatch(
      /^arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer\/app\/shop\/[0-9a-f]{16}$/,
    )
    expect(LoadBalancers[0]?.DNSName).toMatch(/^shop-\d+\.us-west-2\.elb\.amazonaws\.com$/)
    const groups = await client.send(new DescribeTargetGroupsCommand({ LoadBalancerArn: alb }))
    expect(groups.TargetGroups?.[0]).toMatchObject({
      TargetGroupArn: web,
      Protocol: 'HTTP',
      Port: 8080,
      TargetType: 'ip',
      LoadBalancerArns: [alb],
    })
    const ofAlb = await client.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: alb }))
    expect(ofAlb.Attributes).toContainEqual({ Key: 'idle_timeout.timeout_seconds', Value: '120' })
    const ofGroup = await client.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: web }))
    expect(ofGroup.Attributes).toContainEqual({ Key: 'deregistration_delay.timeout_seconds', Value: '30' })
    account.modify(web, { 'deregistration_delay.timeout_seconds': '300' })
    const later = await client.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: web }))
    expect(later.Attributes).toContainEqual({ Key: 'deregistration_delay.timeout_seconds', Value: '300' })
  })

  test('a network load balancer has flows: no idle time-out of its own, termination of connections', async () => {
    const nlb = account.addLoadBalancer({ name: 'edge', type: 'network', scheme: 'internal' })
    const tcp = account.addTargetGroup({ name: 'edge-tcp', protocol: 'TCP', loadBalancers: [nlb] })
    const ofNlb = await client.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: nlb }))
    expect(ofNlb.Attributes?.map(({ Key }) => Key)).not.toContain('idle_timeout.timeout_seconds')
    expect(ofNlb.Attributes).toContainEqual({ Key: 'load_balancing.cross_zone.enabled', Value: 'false' })
    const ofTcp = await client.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: tcp }))
    expect(ofTcp.Attributes).toContainEqual({
      Key: 'deregistration_delay.connection_termination.enabled',
      Value: 'false',
    })
  })

  test('a hundred at a time, or as many as PageSize says, each exactly once', async () => {
    const arns = Array.from({ length: 250 }, (_, index) => account.addTargetGroup({ name: `group-${index}` }))
    const read: string[][] = []
    for await (const { TargetGroups = [] } of paginateDescribeTargetGroups({ client }, {}))
      read.push(TargetGroups.map(({ TargetGroupArn = '' }) => TargetGroupArn))
    expect(read.map(({ length }) => length)).toEqual([100, 100, 50])
    expect(read.flat()).toEqual(arns)
    const small = await client.send(new DescribeTargetGroupsCommand({ PageSize: 3 }))
    expect(small.TargetGroups).toHaveLength(3)
    expect(small.NextMarker).toBeDefined()
    await expect(client.send(new DescribeTargetGroupsCommand({ PageSize: 401 }))).rejects.toMatchObject({
      name: 'ValidationError',
    })
  })

  test('targets: initial, healthy, draining for the deregistration delay, then gone', async () => {
    const group = account.addTargetGroup({ name: 'web', port: 8080 })
    const Targets = [{ Id: '10.0.1.2', Port: 8080 }]
    const states = async (): Promise<unknown> => {
      const answer = await client.send(new DescribeTargetHealthCommand({ TargetGroupArn: group }))
      return answer.TargetHealthDescriptions?.map(({ TargetHealth }) => TargetHealth?.State)
    }
    expect(await states()).toEqual([])
    await client.send(new RegisterTargetsCommand({ TargetGroupArn: group, Targets }))
    expect(await states()).toEqual(['initial'])
    clock += 30_000
    expect(await states()).toEqual(['healthy'])
    await client.send(new DeregisterTargetsCommand({ TargetGroupArn: group, Targets }))
    clock += 299_999
    expect(await states()).toEqual(['draining'])
    clock += 1
    expect(await states()).toEqual([])
    const asked = await client.send(new DescribeTargetHealthCommand({ TargetGroupArn: group, Targets }))
    expect(asked.TargetHealthDescriptions?.[0]?.TargetHealth).toMatchObject({
      State: 'unused',
      Reason: 'Target.NotRegistered',
    })
  })

  test('every call is signed, and kept with its parameters', async () => {
    await client.send(new DescribeLoadBalancersCommand({ PageSize: 7 }))
    expect(standIn.calls).toMatchObject([
      { action: 'DescribeLoadBalancers', parameters: { Version: '2015-12-01', PageSize: '7' }, status: 200 },
    ])
    expect(standIn.calls[0]?.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\//)
  })
})

describe('what it refuses', () => {
  const unknown = 'arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/none/0000000000000000'

  test('an ARN that is not there has the error of its kind', async () => {
    await expect(
      client.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: unknown })),
    ).rejects.toMatchObject({ name: 'TargetGroupNotFoundException', $metadata: { httpStatusCode: 400 } })
    await expect(
      client.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [unknown] })),
    ).rejects.toMatchObject({ name: 'LoadBalancerNotFoundException' })
  })

  test('an action that it does not know', async () => {
    const answer = await fetch(standIn.url, { method: 'POST', body: 'Action=Frobnicate&Version=2015-12-01' })
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('<Code>InvalidAction</Code>')
  })
})

describe('faults', () => {
  const ask = () => client.send(new DescribeLoadBalancersCommand({}))

  test.each([
    ['denied', { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }],
    ['expired', { name: 'ExpiredToken', $metadata: { httpStatusCode: 403 } }],
    // AWS's client knows it as one to retry, more slowly.
    ['throttled', { name: 'Throttling', $metadata: { httpStatusCode: 400 } }],
    ['unavailable', { name: 'ServiceUnavailable', $metadata: { httpStatusCode: 503 } }],
    ['broken', {}],
    ['closed', {}],
  ] as const)('%s', async (kind, error) => {
    standIn.fail({ kind })
    await expect(ask()).rejects.toMatchObject(error)
    standIn.fail(undefined)
    await expect(ask()).resolves.toMatchObject({ LoadBalancers: [] })
  })

  test('the page of a proxy: to AWS’s client an answer without the list, which an empty one has', async () => {
    standIn.fail({ kind: 'not-xml' })
    expect((await ask()).LoadBalancers).toBeUndefined()
    standIn.fail(undefined)
    expect((await ask()).LoadBalancers).toEqual([])
  })

  test('one action only, or so many calls only', async () => {
    standIn.fail({ kind: 'denied', action: 'DescribeTargetGroups' })
    await expect(ask()).resolves.toBeDefined()
    await expect(client.send(new DescribeTargetGroupsCommand({}))).rejects.toThrow('is not authorized')
    standIn.fail({ kind: 'throttled', times: 1 })
    await expect(ask()).rejects.toThrow('Rate exceeded')
    await expect(ask()).resolves.toBeDefined()
  })

  test('silent: the caller ends it', async () => {
    standIn.fail({ kind: 'silent' })
    const call = client.send(new DescribeLoadBalancersCommand({}), { abortSignal: AbortSignal.timeout(50) })
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
  })
})
