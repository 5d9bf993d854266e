import { describe, expect, test } from 'vitest'
import { noInjection } from '../../../src/core/discovery/lbc/lbc-settings.ts'
import type { DiscoverySettings } from '../../../src/core/discovery/objects/view.ts'
import { createInventory, type Inventory } from '../../../src/core/inventory/create-inventory.ts'
import type { Exposure } from '../../../src/core/model/exposure.ts'
import { keepIn } from '../../../src/inventory/keep-in.ts'

const LIVE: DiscoverySettings = { fromFiles: false }

function knowing(objects: readonly object[], settings: DiscoverySettings = LIVE): Inventory {
  const inventory = createInventory(settings)
  for (const object of objects) keepIn(inventory, object)
  return inventory
}

interface Controller {
  readonly args?: readonly string[]
  readonly name?: string
  readonly image?: string
  readonly namespace?: string
  readonly app?: string
  readonly ready?: number
}

const controller = ({
  args = [],
  name = 'lbc',
  image = 'aws-load-balancer-controller',
  namespace = 'kube-system',
  app = name,
  ready,
}: Controller) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: { replicas: 2, template: { metadata: { labels: { app } }, spec: { containers: [{ image, args }] } } },
  ...(ready === undefined ? {} : { status: { readyReplicas: ready } }),
})
const webhooksIn = (namespace: string) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: 'aws-load-balancer-webhook' },
  webhooks: [{ name: 'mpod.elbv2.k8s.aws', clientConfig: { service: { namespace, name: 'webhook' } } }],
})
const webhooks = webhooksIn('kube-system')
const webhookService = (app: string, namespace = 'kube-system') => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'webhook', namespace },
  spec: { selector: { app } },
})
const service = (spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80 }], ...spec },
})
const ingress = (annotations: object = {}, spec: object = {}) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'web', namespace: 'shop', annotations },
  spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } }, ...spec },
})
const byAnnotation = (name: string) => ingress({ 'kubernetes.io/ingress.class': name })

/** In namespace `edge`, with a route of the Service's namespace. */
const gateway = (kind: 'alb' | 'nlb'): readonly object[] => {
  const api = 'gateway.networking.k8s.io/v1'
  const [route, protocol] = kind === 'alb' ? ['HTTPRoute', 'HTTP'] : ['TCPRoute', 'TCP']
  return [
    {
      apiVersion: api,
      kind: 'GatewayClass',
      metadata: { name: 'aws' },
      spec: { controllerName: `gateway.k8s.aws/${kind}` },
    },
    {
      apiVersion: api,
      kind: 'Gateway',
      metadata: { name: 'public', namespace: 'edge' },
      spec: {
        gatewayClassName: 'aws',
        listeners: [{ name: 'l', protocol, port: 80, allowedRoutes: { namespaces: { from: 'All' } } }],
      },
    },
    {
      apiVersion: api,
      kind: route,
      metadata: { name: 'web', namespace: 'shop' },
      spec: {
        parentRefs: [{ name: 'public', namespace: 'edge' }],
        rules: [{ backendRefs: [{ name: 'web', port: 80 }] }],
      },
    },
  ]
}

const exposuresOf = (inventory: Inventory): readonly Exposure[] =>
  inventory.exposuresOf({ namespace: 'shop', labels: { app: 'web' }, matching: 'template' }).exposures

const REF = { kind: 'Deployment', namespace: 'kube-system', name: 'lbc' }
const argument = (name: string) => ({ rank: 'observed', source: { kind: 'argument', name, object: REF } })

describe('one replica: what its restart costs', () => {
  const having = (replicas: number | undefined, settings = LIVE) => {
    const { spec, ...rest } = controller({ ready: 1 })
    const { replicas: _, ...open } = spec
    const counted = replicas === undefined ? open : { ...open, replicas }
    return knowing([{ ...rest, spec: counted }], settings).notices()
  }

  test.for([LIVE, { fromFiles: true }])('information, in a cluster and in files', (settings) => {
    expect(having(1, settings)).toEqual([
      {
        severity: 'information',
        id: 'controller-single-replica',
        object: REF,
        text: expect.stringMatching(/16 to 19 s .* where the budget has 5 s/),
      },
    ])
  })

  test.for([0, 2, undefined])('not with %s replicas', (replicas) => expect(having(replicas)).toEqual([]))
})

describe('each setting: what is written, else the argument, else the default', () => {
  const ARGS = [
    '--ingress-class=internal',
    '--load-balancer-class=example.com/nlb',
    '--default-target-type=ip',
    '--watch-namespace=shop',
    '--enable-pod-readiness-gate-inject=false',
    '--feature-gates=NLBGatewayAPI=false,ALBGatewayAPI=true',
  ]

  test('nothing is seen: the defaults, assumed', () => {
    const state = knowing([]).lbc()
    expect(state.deployment).toBeUndefined()
    expect(state.settings.ingressClass).toMatchObject({ value: 'alb', origin: { rank: 'assumed' } })
    expect(state.settings.loadBalancerClass).toMatchObject({ value: 'service.k8s.aws/nlb' })
    expect(state.settings.defaultTargetType).toMatchObject({ value: undefined, origin: { rank: 'assumed' } })
    expect(state.settings.watchNamespace.value).toBeUndefined()
    expect(state.settings.featureGates).toEqual({})
    expect(state.gateInjection).toMatchObject({ value: true, origin: { rank: 'assumed' } })
  })

  test('its arguments, observed, each with the Deployment as its witness', () => {
    const state = knowing([controller({ args: ARGS, ready: 2 })]).lbc()
    expect(state.deployment).toEqual({ ref: REF, desired: 2, ready: 2 })
    expect(state.settings).toMatchObject({
      ingressClass: { value: 'internal', origin: argument('--ingress-class') },
      loadBalancerClass: { value: 'example.com/nlb', origin: argument('--load-balancer-class') },
      defaultTargetType: { value: 'ip', origin: argument('--default-target-type') },
      watchNamespace: { value: 'shop', origin: argument('--watch-namespace') },
      featureGates: {
        NLBGatewayAPI: { value: false, origin: argument('--feature-gates') },
        ALBGatewayAPI: { value: true, origin: argument('--feature-gates') },
      },
    })
    expect(state.gateInjection).toMatchObject({
      value: false,
      origin: argument('--enable-pod-readiness-gate-inject'),
    })
  })

  test('what is written wins; the argument stays as an alternative', () => {
    const written = { ingressClass: 'a', loadBalancerClass: 'b', defaultTargetType: 'instance' } as const
    const { settings } = knowing([controller({ args: ARGS })], { ...LIVE, ...written }).lbc()
    for (const name of ['ingressClass', 'loadBalancerClass', 'defaultTargetType'] as const) {
      expect(settings[name]).toMatchObject({
        value: written[name],
        origin: { rank: 'explicit', source: { kind: 'setting', name } },
      })
      expect(settings[name].alternatives[0]?.origin.rank).toBe('observed')
    }
  })

  test('whether it injects gates: the setting wins in both directions, and is the witness', () => {
    for (const value of [true, false]) {
      const args = [`--enable-pod-readiness-gate-inject=${!value}`]
      const settings = { ...LIVE, readinessGateInject: value }
      expect(knowing([controller({ args })], settings).lbc().gateInjection).toMatchObject({
        value,
        origin: { rank: 'explicit', source: { kind: 'setting', name: 'readinessGateInject' } },
        alternatives: [
          { value: !value, origin: argument('--enable-pod-readiness-gate-inject') },
          { value: true },
        ],
      })
      expect(knowing([], settings).lbc().gateInjection.value).toBe(value)
    }
  })

  test('why no gate is injected names the witness', () => {
    const why = 'AWS Load Balancer Controller runs with --enable-pod-readiness-gate-inject=false'
    const lbc = controller({ args: ['--enable-pod-readiness-gate-inject=false'] })
    expect(noInjection(knowing([lbc]).lbc())).toBe(why)
    expect(noInjection(knowing([], { ...LIVE, readinessGateInject: false }).lbc())).toBe(
      `${why} (setting readinessGateInject)`,
    )
    expect(noInjection(knowing([lbc], { ...LIVE, readinessGateInject: true }).lbc())).toBeUndefined()
  })

  test('feature gates: each by itself, the setting over the argument', () => {
    const args = ['--feature-gates=NLBGatewayAPI=false,ALBGatewayAPI=false']
    const featureGates = { ALBGatewayAPI: true, EnableServiceController: false }
    const written = (name: string) => ({ rank: 'explicit', source: { kind: 'setting', name } })
    expect(knowing([controller({ args })], { ...LIVE, featureGates }).lbc().settings.featureGates).toEqual({
      EnableServiceController: {
        value: false,
        origin: written('featureGates.EnableServiceController'),
        alternatives: [],
      },
      ALBGatewayAPI: {
        value: true,
        origin: written('featureGates.ALBGatewayAPI'),
        alternatives: [{ value: false, origin: argument('--feature-gates') }],
      },
      NLBGatewayAPI: { value: false, origin: argument('--feature-gates'), alternatives: [] },
    })
  })

  test.for(['--default-target-type=both', '--enable-pod-readiness-gate-inject=maybe'])(
    'a value with which it does not start is none: %s',
    (arg) => {
      const state = knowing([controller({ args: [arg] })]).lbc()
      expect(state.settings.defaultTargetType.value).toBeUndefined()
      expect(state.gateInjection.value).toBe(true)
    },
  )

  test('a value from a variable is not known, and said', () => {
    const inventory = knowing([controller({ args: ['--ingress-class=$(CLASS)'] })])
    expect(inventory.lbc().settings.ingressClass).toMatchObject({
      value: 'alb',
      origin: { rank: 'assumed' },
    })
    expect(inventory.notices()).toMatchObject([{ id: 'controller-argument-unknown', object: REF }])
  })

  test.for<[settled: boolean, arg: string, written: Partial<DiscoverySettings>]>([
    [true, '--ingress-class', { ingressClass: 'alb' }],
    [true, '--enable-pod-readiness-gate-inject', { readinessGateInject: true }],
    [false, '--feature-gates', { featureGates: { ALBGatewayAPI: true } }],
    [
      true,
      '--feature-gates',
      {
        featureGates: {
          EnableServiceController: true,
          ServiceTypeLoadBalancerOnly: false,
          ALBGatewayAPI: true,
          NLBGatewayAPI: true,
        },
      },
    ],
  ])('nothing is left to say, %s, where the setting for %s is written', ([settled, arg, written]) => {
    const inventory = knowing([controller({ args: [`${arg}=$(FROM_ENV)`] })], { ...LIVE, ...written })
    expect(inventory.notices().map(({ id }) => id)).toEqual(settled ? [] : ['controller-argument-unknown'])
  })

  test('a file says nothing of what runs, but its arguments count', () => {
    const state = knowing([controller({ args: ARGS })], { fromFiles: true }).lbc()
    expect(state.deployment).toBeUndefined()
    expect(state.settings.ingressClass.value).toBe('internal')
  })
})

describe('which Deployment is the controller', () => {
  const classOf = (...objects: readonly object[]) => knowing(objects).lbc().settings.ingressClass.value
  const one = controller({ args: ['--ingress-class=one'] })
  const two = controller({ name: 'two', args: ['--ingress-class=two'] })
  const mirrored = controller({ name: 'mirrored', image: 'example/lbc', args: ['--ingress-class=mirrored'] })

  test('the only one with its image', () => expect(classOf(one)).toBe('one'))
  test('not one that only has such a flag', () => expect(classOf(mirrored)).toBe('alb'))
  test('that one too, if the webhook sends to it', () =>
    expect(classOf(mirrored, webhooks, webhookService('mirrored'))).toBe('mirrored'))
  test('of two the one that the webhook sends to', () =>
    expect(classOf(one, two, webhooks, webhookService('two'))).toBe('two'))
  test('a Service of that name in another namespace decides nothing', () =>
    expect(classOf(one, two, webhooks, webhookService('two', 'other'))).toBe('alb'))
  test('nor does the Service that the webhook sends to in another namespace, whatever it selects there', () =>
    expect(classOf(one, two, webhooksIn('other'), webhookService('two', 'other'))).toBe('alb'))
  test('whatever came first', () => expect(classOf(webhookService('two'), webhooks, two, one)).toBe('two'))

  test('one in a namespace of somebody else’s changes nothing of what is believed of the one in kube-system', () => {
    const args = ['--ingress-class=theirs', '--watch-namespace=theirs']
    const spoof = controller({ namespace: 'tenant', args })
    const believed = knowing([spoof, one]).lbc()
    expect(believed.deployment?.ref.namespace).toBe('kube-system')
    expect(believed.settings.ingressClass.value).toBe('one')
    const beside = knowing([one, webhooks, webhookService('one'), spoof])
    expect(beside.lbc().settings.watchNamespace.value).toBeUndefined()
    expect(beside.notices()).toEqual([])
  })

  test('of two without a decision neither, and it is said', () => {
    const inventory = knowing([one, two])
    expect(inventory.lbc().deployment).toBeUndefined()
    expect(inventory.lbc().settings.ingressClass.value).toBe('alb')
    expect(inventory.notices()).toMatchObject([{ id: 'several-load-balancer-controllers', object: REF }])
  })

  test('one that is given another image and loses its flags is one no more', () => {
    const inventory = knowing([one])
    keepIn(inventory, controller({ image: 'web' }))
    expect(inventory.lbc().settings.ingressClass.value).toBe('alb')
    expect(inventory.workload(REF)?.replicas).toBe(2)
  })

  test('everything goes again', () => {
    const inventory = knowing([])
    const empty = inventory.size()
    const refs = [one, two, webhooks, webhookService('two')].flatMap((object) => keepIn(inventory, object))
    expect(inventory.lbc().gateWebhooks).toHaveLength(1)
    for (const ref of refs) inventory.remove(ref)
    expect(inventory.size()).toEqual(empty)
    expect(inventory.lbc()).toEqual(createInventory(LIVE).lbc())
  })
})

describe('what it decides', () => {
  test('--default-target-type: the target type, with the Deployment as its origin', () => {
    const inventory = knowing([service(), byAnnotation('alb')])
    expect(exposuresOf(inventory)[0]).toMatchObject({ targetType: { value: 'instance' } })
    expect(exposuresOf(inventory)[0]?.assumptions).toHaveLength(1)
    keepIn(inventory, controller({ args: ['--default-target-type=ip'] }))
    expect(exposuresOf(inventory)[0]).toMatchObject({
      targetType: { value: 'ip', origin: argument('--default-target-type') },
      assumptions: [],
    })
    keepIn(inventory, controller({ args: [] }))
    expect(exposuresOf(inventory)[0]).toMatchObject({ targetType: { value: 'instance' } })
  })

  test('the setting wins over it, and an annotation over both', () => {
    const lbc = controller({ args: ['--default-target-type=ip'] })
    const typeOf = (object: object, settings: DiscoverySettings) =>
      exposuresOf(knowing([service(), object, lbc], settings))[0]?.targetType.value
    expect(typeOf(byAnnotation('alb'), LIVE)).toBe('ip')
    expect(typeOf(byAnnotation('alb'), { ...LIVE, defaultTargetType: 'instance' })).toBe('instance')
    const annotated = ingress({
      'kubernetes.io/ingress.class': 'alb',
      'alb.ingress.kubernetes.io/target-type': 'instance',
    })
    expect(typeOf(annotated, LIVE)).toBe('instance')
    expect(typeOf(annotated, { ...LIVE, defaultTargetType: 'ip' })).toBe('instance')
  })

  test('a TargetGroupBinding of the controller shows what it made, whatever its argument is now', () => {
    const binding = {
      apiVersion: 'elbv2.k8s.aws/v1beta1',
      kind: 'TargetGroupBinding',
      metadata: {
        name: 'b',
        namespace: 'shop',
        labels: { 'ingress.k8s.aws/stack-namespace': 'shop', 'ingress.k8s.aws/stack-name': 'web' },
      },
      spec: { serviceRef: { name: 'web', port: 80 }, targetType: 'instance', targetGroupProtocol: 'HTTP' },
    }
    const lbc = controller({ args: ['--default-target-type=ip'] })
    const exposures = exposuresOf(knowing([service(), byAnnotation('alb'), binding, lbc]))
    expect(exposures.map(({ targetType }) => targetType.value)).toEqual(['instance'])
  })

  test('of a group one Ingress says ip, another says nothing: both target groups send', () => {
    const grouped = (name: string, further: object = {}) => ({
      ...ingress(),
      metadata: {
        name,
        namespace: 'shop',
        annotations: {
          'kubernetes.io/ingress.class': 'alb',
          'alb.ingress.kubernetes.io/group.name': 'g',
          ...further,
        },
      },
    })
    const both = [grouped('a', { 'alb.ingress.kubernetes.io/target-type': 'ip' }), grouped('b')]
    const typesOf = (...objects: readonly object[]) =>
      exposuresOf(knowing([service(), ...both, ...objects])).map(({ targetType }) => targetType.value)
    expect(typesOf()).toEqual(['ip'])
    expect(typesOf(controller({ args: ['--default-target-type=instance'] }))).toEqual(['instance', 'ip'])
    expect(typesOf(controller({ args: ['--default-target-type=ip'] }))).toEqual(['ip'])
  })

  test('--ingress-class: whose an Ingress is', () => {
    const inventory = knowing([service(), byAnnotation('internal')])
    expect(exposuresOf(inventory)).toEqual([])
    keepIn(inventory, controller({ args: ['--ingress-class=internal'] }))
    expect(exposuresOf(inventory)).toHaveLength(1)
    keepIn(inventory, byAnnotation('alb'))
    expect(exposuresOf(inventory)).toEqual([])
    inventory.remove(REF)
    expect(exposuresOf(inventory)).toHaveLength(1)
  })

  test('an empty --ingress-class takes an Ingress without any class', () => {
    expect(exposuresOf(knowing([service(), ingress()]))).toEqual([])
    const [exposure] = exposuresOf(
      knowing([service(), ingress(), controller({ args: ['--ingress-class='] })]),
    )
    expect(exposure?.loadBalancer.origin.source).toMatchObject({ kind: 'argument', name: '--ingress-class' })
  })

  test('--load-balancer-class: whose a Service is', () => {
    const nlb = service({ type: 'LoadBalancer', loadBalancerClass: 'example.com/nlb' })
    expect(exposuresOf(knowing([nlb]))).toEqual([])
    const lbc = controller({ args: ['--load-balancer-class=example.com/nlb'] })
    expect(exposuresOf(knowing([nlb, lbc]))).toHaveLength(1)
    expect(exposuresOf(knowing([nlb, lbc], { ...LIVE, loadBalancerClass: 'service.k8s.aws/nlb' }))).toEqual(
      [],
    )
  })

  describe('--watch-namespace: only chains that lie in it', () => {
    const watching = (namespace: string) => controller({ args: [`--watch-namespace=${namespace}`] })

    test('an Ingress of that namespace counts, of another not, and it is said', () => {
      const inventory = knowing([service(), byAnnotation('alb'), watching('shop')])
      expect(exposuresOf(inventory)).toHaveLength(1)
      keepIn(inventory, watching('edge'))
      expect(exposuresOf(inventory)).toEqual([])
      expect(inventory.notices()).toMatchObject([
        { id: 'namespace-not-watched', object: { namespace: 'shop' } },
      ])
      expect(inventory.notices()[0]?.text).toContain('--watch-namespace of Deployment kube-system/lbc')
      keepIn(inventory, watching(''))
      expect(exposuresOf(inventory)).toHaveLength(1)
    })

    test('the setting wins over it, an empty one means every namespace', () => {
      const objects = [service(), byAnnotation('alb'), watching('edge')]
      expect(exposuresOf(knowing(objects, { ...LIVE, watchNamespace: 'shop' }))).toHaveLength(1)
      expect(exposuresOf(knowing(objects, { ...LIVE, watchNamespace: '' }))).toHaveLength(1)
      const other = [service(), byAnnotation('alb'), watching('shop')]
      expect(exposuresOf(knowing(other, { ...LIVE, watchNamespace: 'edge' }))).toEqual([])
    })

    test.for([
      ['shop', 0],
      ['edge', 0],
      ['', 1],
    ] as const)('a Gateway of another namespace, watching "%s"', ([namespace, count]) => {
      expect(exposuresOf(knowing([service(), ...gateway('alb'), watching(namespace)]))).toHaveLength(count)
    })

    test('EKS Auto Mode sees them all', () => {
      const nlb = service({ type: 'LoadBalancer', loadBalancerClass: 'eks.amazonaws.com/nlb' })
      expect(exposuresOf(knowing([nlb, watching('edge')]))).toHaveLength(1)
    })
  })

  describe('--feature-gates: whole kinds that it leaves alone, and says so', () => {
    const nlb = service({ type: 'LoadBalancer', loadBalancerClass: 'service.k8s.aws/nlb' })
    const annotated = {
      ...service(),
      metadata: {
        name: 'web',
        namespace: 'shop',
        annotations: { 'service.beta.kubernetes.io/aws-load-balancer-type': 'nlb-ip' },
      },
    }
    const autoMode = service({ type: 'LoadBalancer', loadBalancerClass: 'eks.amazonaws.com/nlb' })
    test.for<[gates: string, what: string, objects: readonly object[], count: number]>([
      ['EnableServiceController=false', 'a Service of its class', [nlb], 0],
      ['EnableServiceController=true', 'a Service of its class', [nlb], 1],
      ['ServiceTypeLoadBalancerOnly=true', 'a Service of its class', [nlb], 1],
      ['EnableServiceController=false', 'a Service by annotation', [annotated], 0],
      ['EnableServiceController=false', 'an Ingress', [service(), byAnnotation('alb')], 1],
      ['EnableServiceController=false', "Auto Mode's", [autoMode], 1],
      ['ServiceTypeLoadBalancerOnly=true', 'an annotated Service of another type', [annotated], 0],
      ['ServiceTypeLoadBalancerOnly=false', 'an annotated Service of another type', [annotated], 1],
      ['WeightedTargetGroups=false', 'an annotated Service of another type', [annotated], 1],
      ['ALBGatewayAPI=false', 'an ALB Gateway', [service(), ...gateway('alb')], 0],
      ['ALBGatewayAPI=true', 'an ALB Gateway', [service(), ...gateway('alb')], 1],
      ['NLBGatewayAPI=false', 'an ALB Gateway', [service(), ...gateway('alb')], 1],
      ['NLBGatewayAPI=false', 'an NLB Gateway', [service(), ...gateway('nlb')], 0],
      ['ALBGatewayAPI=false', 'an NLB Gateway', [service(), ...gateway('nlb')], 1],
    ])('%s: %s', ([gates, , objects, count]) => {
      const inventory = knowing([...objects, controller({ args: [`--feature-gates=${gates}`] })])
      expect(exposuresOf(inventory)).toHaveLength(count)
      const told = inventory.notices().filter(({ id }) => id === 'feature-gate-off')
      const witness = `${gates} (--feature-gates of Deployment kube-system/lbc)`
      expect(told.map(({ text }) => text.includes(witness))).toEqual(count === 0 ? [true] : [])
    })
  })

  test('a gate that a setting says is obeyed, and told with that witness; the argument gives way', () => {
    const nlb = service({ type: 'LoadBalancer', loadBalancerClass: 'service.k8s.aws/nlb' })
    const by = (value: boolean, argued: boolean) =>
      knowing([nlb, controller({ args: [`--feature-gates=EnableServiceController=${argued}`] })], {
        ...LIVE,
        featureGates: { EnableServiceController: value },
      })
    expect(exposuresOf(by(true, false))).toHaveLength(1)
    expect(exposuresOf(by(false, true))).toEqual([])
    expect(by(false, true).notices()[0]?.text).toContain(
      'EnableServiceController=false (setting featureGates.EnableServiceController)',
    )
  })

  describe('a Service that names nobody is the cloud provider’s where the controller leaves it alone', () => {
    const type = 'service.beta.kubernetes.io/aws-load-balancer-type'
    const plain = (annotations: object = {}, hostname?: string) => ({
      ...service({ type: 'LoadBalancer' }),
      metadata: { name: 'web', namespace: 'shop', annotations },
      ...(hostname === undefined ? {} : { status: { loadBalancer: { ingress: [{ hostname }] } } }),
    })
    const OFF = '--feature-gates=EnableServiceController=false'
    const ELSEWHERE = '--watch-namespace=edge'
    const NLB_ADDRESS = 'a-1.elb.eu-west-1.amazonaws.com'
    test.for<[args: string, what: string, object: object, loadBalancer: string]>([
      [OFF, 'nothing more is said', plain(), 'classic'],
      [ELSEWHERE, 'nothing more is said', plain(), 'classic'],
      ['--watch-namespace=shop', 'it is watched', plain(), 'nlb'],
      [OFF, 'an NLB of the provider’s', plain({ [type]: 'nlb' }), 'nlb'],
      [OFF, 'its address tells', plain({}, NLB_ADDRESS), 'nlb'],
      [ELSEWHERE, 'its address tells', plain({}, 'a-1.eu-west-1.elb.amazonaws.com'), 'classic'],
    ])('%s, %s', ([args, , object, loadBalancer]) => {
      const inventory = knowing([object, controller({ args: [args] })])
      expect(exposuresOf(inventory)).toMatchObject([
        { loadBalancer: { value: loadBalancer }, targetType: { value: 'instance' } },
      ])
      expect(inventory.notices()).toEqual([])
    })

    test('one of the controller’s class in a namespace that it does not watch is nobody’s', () => {
      const classed = service({ type: 'LoadBalancer', loadBalancerClass: 'service.k8s.aws/nlb' })
      const inventory = knowing([classed, controller({ args: [ELSEWHERE] })])
      expect(exposuresOf(inventory)).toEqual([])
      expect(inventory.notices()).toMatchObject([{ id: 'namespace-not-watched' }])
    })
  })

  test('beside another controller, what the webhook’s one leaves alone may be the other’s', () => {
    const args = ['--watch-namespace=edge', '--default-target-type=ip']
    const one = [service(), byAnnotation('alb'), controller({ args }), webhooks, webhookService('lbc')]
    expect(exposuresOf(knowing(one))).toEqual([])
    const inventory = knowing([...one, controller({ name: 'two', args: ['--watch-namespace=shop'] })])
    expect(exposuresOf(inventory)).toMatchObject([{ targetType: { value: 'ip' } }])
    expect(inventory.notices()).toMatchObject([{ id: 'several-load-balancer-controllers', object: REF }])
    expect(inventory.notices()[0]?.text).toContain(
      '--watch-namespace of Deployment kube-system/lbc is not used',
    )
  })

  test('its replicas come and go without a reading being made again', () => {
    const inventory = knowing([service(), byAnnotation('alb'), controller({ ready: 2 })])
    const [before] = exposuresOf(inventory)
    keepIn(inventory, controller({ ready: 0 }))
    expect(inventory.lbc().deployment?.ready).toBe(0)
    expect(exposuresOf(inventory)[0]).toBe(before)
  })
})
