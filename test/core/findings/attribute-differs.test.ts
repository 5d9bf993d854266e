import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Finding } from '../../../src/core/findings/finding.ts'
import { readManifests } from '../../../src/manifests/read.ts'
import { planManifests } from '../../../src/plan/plan.ts'
import { DEFAULT_SETTINGS } from '../../../src/settings/schema.ts'

const FOLDER = 'test/fixtures/findings/attribute-differs'
const TARGET_GROUP =
  'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/k8s-catalog-search-4d2c0a1b9e/0123456789abcdef'
const LOAD_BALANCER =
  'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/k8s-catalog-search-1f2e3d4c5b/50dc6c495c0c9188'

const fixture = (name: string): string => readFileSync(`${FOLDER}/${name}.yaml`, 'utf8')

function found(text: string): readonly Finding[] {
  const plan = planManifests({
    manifests: readManifests([{ name: 'all.yaml', text }]),
    settings: DEFAULT_SETTINGS,
    namespace: 'default',
  })
  return plan.objects.flatMap(({ findings }) => findings).filter(({ id }) => id === 'attribute-differs')
}

describe('AWS and the manifests', () => {
  test('both values, both places, when AWS was asked, and the command that sets what is written', () =>
    expect(found(fixture('fail.delay'))).toMatchObject([
      {
        severity: 'warning',
        holds: 'throughout',
        message:
          'deregistration delay of search: annotation alb.ingress.kubernetes.io/target-group-attributes of Ingress catalog/search says 30 s, AWS says 300 s (asked 2026-03-02T09:00:00.000Z), which counts before it: the controller has not set it since, or another tool has',
        brief: 'deregistration delay of search: 30 s written, AWS has 300 s',
        paste: `aws elbv2 modify-target-group-attributes --target-group-arn ${TARGET_GROUP} --attributes Key=deregistration_delay.timeout_seconds,Value=30`,
      },
    ]))

  test('an attribute of the load balancer is set there', () =>
    expect(found(fixture('fail.idle-timeout'))).toMatchObject([
      {
        brief: 'idle timeout of search: 120 s written, AWS has 60 s',
        paste: `aws elbv2 modify-load-balancer-attributes --load-balancer-arn ${LOAD_BALANCER} --attributes Key=idle_timeout.timeout_seconds,Value=120`,
      },
    ]))

  test('what is left over is to be written down', () =>
    expect(found(fixture('fail.left-over'))).toMatchObject([
      {
        severity: 'information',
        message: expect.stringContaining('nothing in the cluster says it, AWS says 20 s'),
        paste: expect.stringContaining('target-group-attributes: deregistration_delay.timeout_seconds=20'),
      },
    ]))

  test('an idle timeout that is left over has no paste: a group may share it', () => {
    const text = fixture('pass.default').replace(
      '"idle_timeout.timeout_seconds":"60"',
      '"idle_timeout.timeout_seconds":"90"',
    )
    const [first] = found(text)
    expect(first).toMatchObject({
      severity: 'information',
      brief: 'idle timeout of search: nothing written, AWS has 90 s',
    })
    expect(first).not.toHaveProperty('paste')
  })

  test.for([
    ['connection termination', 'deregistration_delay.connection_termination.enabled', 'true', 'false'],
    ['cross-zone load balancing', 'load_balancing.cross_zone.enabled', 'false', 'true'],
  ] as const)('%s', ([words, key, written, has]) => {
    const text = fixture('fail.delay')
      .replace('deregistration_delay.timeout_seconds=30', `${key}=${written}`)
      .replace('"deregistration_delay.timeout_seconds":"300"', `"${key}":"${has}"`)
      .replaceAll(
        'alb.ingress.kubernetes.io/target-group-attributes',
        'service.beta.kubernetes.io/aws-load-balancer-target-group-attributes',
      )
    expect(found(asNlb(text)).map(({ brief }) => brief)).toEqual([
      `${words} of search: ${written} written, AWS has ${has}`,
    ])
  })

  test('a target type: no attribute, and no command', () => {
    const text = fixture('pass.same').replace('"targetType":"ip"', '"targetType":"instance"')
    const types = found(text).filter(({ message }) => message.startsWith('target type'))
    expect(types.map(({ brief, action }) => [brief, action])).toEqual([
      ['target type of search: ip written, AWS has instance', 'delete what no longer sends'],
    ])
    expect(types[0]).not.toHaveProperty('paste')
  })

  test('no command is made of an ARN that a shell would run', () => {
    const text = fixture('fail.delay').replaceAll('k8s-catalog-search-4d2c0a1b9e/0', 'k8s-$(id);x/0')
    const [first] = found(text)
    expect(first?.brief).toBe('deregistration delay of search: 30 s written, AWS has 300 s')
    expect(first).not.toHaveProperty('paste')
  })
})

/** The Service has the load balancer, of its own class; the Ingress goes. */
function asNlb(text: string): string {
  const documents = text.split('---\n').filter((document) => !document.includes('kind: Ingress'))
  const annotation = /service\.beta.*attributes: .*/.exec(text)?.[0] ?? ''
  return documents
    .join('---\n')
    .replace(
      'kind: Service\nmetadata:\n  name: search\n  namespace: catalog\nspec:\n',
      `kind: Service\nmetadata:\n  name: search\n  namespace: catalog\n  annotations:\n    service.beta.kubernetes.io/aws-load-balancer-nlb-target-type: ip\n    ${annotation}\nspec:\n  type: LoadBalancer\n  loadBalancerClass: service.k8s.aws/nlb\n`,
    )
    .replaceAll('ingress.k8s.aws/stack', 'service.k8s.aws/stack')
    .replace('"type":"application"', '"type":"network"')
    .replaceAll('loadbalancer/app/', 'loadbalancer/net/')
    .replace('"protocol":"HTTP"', '"protocol":"TCP"')
}
