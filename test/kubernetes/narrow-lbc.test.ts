import { describe, expect, test } from 'vitest'
import { lbcArguments } from '../../src/kubernetes/lbc-arguments.ts'
import { narrow } from '../../src/kubernetes/narrow.ts'

/** By the documentation of github.com/spf13/pflag, section "Command line flag syntax". */
describe('arguments', () => {
  test.for<[string, readonly string[], object]>([
    ['none', [], {}],
    ['of other flags', ['--cluster-name=prod', '--enable-shield', '-v'], {}],
    ['joined by =', ['--ingress-class=internal'], { 'ingress-class': 'internal' }],
    ['in two words', ['--ingress-class', 'internal'], { 'ingress-class': 'internal' }],
    ['empty', ['--ingress-class='], { 'ingress-class': '' }],
    ['with = in the value', ['--watch-namespace=a=b'], { 'watch-namespace': 'a=b' }],
    ['twice: the last wins', ['--ingress-class=a', '--ingress-class', 'b'], { 'ingress-class': 'b' }],
    ['of a longer name', ['--ingress-class-name=a', '--default-target-types=ip'], {}],
    ['of one dash', ['-ingress-class=a'], {}],
    ['after --', ['--', '--ingress-class=a'], {}],
    [
      'bool alone',
      ['--enable-pod-readiness-gate-inject', 'x'],
      { 'enable-pod-readiness-gate-inject': 'true' },
    ],
    [
      'bool false',
      ['--enable-pod-readiness-gate-inject=false'],
      { 'enable-pod-readiness-gate-inject': 'false' },
    ],
    [
      'a word that is the value of another flag',
      ['--ingress-class', '--default-target-type'],
      { 'ingress-class': '--default-target-type' },
    ],
    ['from a variable', ['--default-target-type=$(TYPE)'], { 'default-target-type': null }],
    ['part of it from a variable', ['--ingress-class=a-$(NAME)-b'], { 'ingress-class': null }],
    ['an escaped variable', ['--ingress-class=$$(NAME)'], { 'ingress-class': '$$(NAME)' }],
    [
      'from a variable, then plainly',
      ['--ingress-class=$(A)', '--ingress-class=b'],
      { 'ingress-class': 'b' },
    ],
    [
      'feature gates add up',
      ['--feature-gates=A=true', '--feature-gates=B=false'],
      { 'feature-gates': 'A=true,B=false' },
    ],
    [
      'feature gates, one unknown',
      ['--feature-gates=A=true', '--feature-gates=$(B)'],
      { 'feature-gates': null },
    ],
  ])('%s', ([, words, expected]) => expect(lbcArguments(words)).toEqual(expected))
})

const deployment = (container: object, labels: object = {}, status?: object) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'lbc', namespace: 'kube-system' },
  spec: { replicas: 2, template: { metadata: { labels }, spec: { containers: [container] } } },
  status,
})

describe('the Deployment', () => {
  test.for([
    'aws-load-balancer-controller',
    'public.ecr.aws/eks/aws-load-balancer-controller:v3.5.0',
    'registry.example:5000/aws-load-balancer-controller',
    'example.com/eks/aws-load-balancer-controller:v3@sha256:0123',
  ])('is known by its image %s', (image) =>
    expect(narrow(deployment({ image }))).toMatchObject({ kind: 'LbcDeployment', isNamed: true }),
  )

  test.for([
    'web',
    'example.com/aws-load-balancer-controller/proxy:v1',
    'aws-load-balancer-controller-proxy',
  ])('is not known by its image %s', (image) => expect(narrow(deployment({ image }))).toBeUndefined())

  test('is known by its label', () => {
    const labels = { 'app.kubernetes.io/name': 'aws-load-balancer-controller' }
    expect(narrow(deployment({ image: 'mirror/lbc' }, labels))).toMatchObject({ isNamed: true, labels })
  })

  test('with only a flag of that name it may be another controller', () =>
    expect(narrow(deployment({ image: 'nginx', args: ['--ingress-class=nginx'] }))).toMatchObject({
      isNamed: false,
      arguments: { 'ingress-class': 'nginx' },
    }))

  test('its arguments are those of its command and then of its args, its replicas those that are ready', () => {
    const container = {
      image: 'aws-load-balancer-controller',
      command: ['/controller', '--ingress-class=a'],
      args: ['--ingress-class=b', '--default-target-type=ip'],
    }
    expect(narrow(deployment(container, { app: 'lbc' }, { readyReplicas: 1 }))).toEqual({
      kind: 'LbcDeployment',
      ref: { kind: 'Deployment', namespace: 'kube-system', name: 'lbc' },
      isNamed: true,
      labels: { app: 'lbc' },
      arguments: { 'ingress-class': 'b', 'default-target-type': 'ip' },
      desired: 2,
      ready: 1,
    })
  })

  test('no ready replica is not written in a status', () =>
    expect(narrow(deployment({ image: 'aws-load-balancer-controller' }))).toMatchObject({ ready: 0 }))

  test('one of another shape is nobody', () => expect(narrow(deployment({ args: [1] }))).toBeUndefined())
})

const configuration = (name: string, ...webhooks: readonly object[]) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name },
  webhooks,
})
const rule = (operations: readonly string[], ...resources: readonly string[]) => ({
  apiGroups: [''],
  apiVersions: ['v1'],
  operations,
  resources,
})
const ENABLED = { matchLabels: { 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' } }

describe('the webhooks', () => {
  test("LBC's is kept with its policy, its Service and its selectors; its neighbors are not", () => {
    const raw = configuration(
      'aws-load-balancer-webhook',
      { name: 'mservice.elbv2.k8s.aws', failurePolicy: 'Fail' },
      {
        name: 'mpod.elbv2.k8s.aws',
        failurePolicy: 'Ignore',
        clientConfig: { service: { namespace: 'kube-system', name: 'webhook', path: '/mutate-v1-pod' } },
        namespaceSelector: ENABLED,
      },
    )
    expect(narrow(raw)).toEqual({
      kind: 'GateWebhooks',
      ref: { kind: 'MutatingWebhookConfiguration', namespace: '', name: 'aws-load-balancer-webhook' },
      webhooks: [
        {
          configuration: 'aws-load-balancer-webhook',
          controller: 'lbc',
          failurePolicy: 'Ignore',
          service: { namespace: 'kube-system', name: 'webhook' },
          namespaceSelector: { ...ENABLED, matchExpressions: [] },
          objectSelector: { matchLabels: {}, matchExpressions: [] },
        },
      ],
    })
  })

  test.for<[string, string, object, number]>([
    ['new Pods', 'eks-load-balancing-webhook', rule(['CREATE'], 'pods'), 1],
    ['everything', 'eks-load-balancing-webhook', rule(['*'], '*'), 1],
    ['only changed Pods', 'eks-load-balancing-webhook', rule(['UPDATE'], 'pods'), 0],
    ['Services', 'eks-load-balancing-webhook', rule(['CREATE'], 'services'), 0],
    ['new Pods, in a configuration of somebody else', 'istio', rule(['CREATE'], 'pods'), 0],
  ])("Auto Mode's by its configuration and rule: %s", ([, name, seen, count]) => {
    const webhooks = Array.from({ length: count }, () => expect.objectContaining({ controller: 'auto-mode' }))
    expect(narrow(configuration(name, { name: 'any', rules: [seen] }))).toMatchObject({ webhooks })
  })

  test('without a policy it is Fail, as in the API', () =>
    expect(narrow(configuration('x', { name: 'mpod.elbv2.k8s.aws' }))).toMatchObject({
      webhooks: [{ failurePolicy: 'Fail' }],
    }))
})
