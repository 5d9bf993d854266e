import { describe, expect, test } from 'vitest'
import { readManifests } from '../../src/manifests/read.ts'
import { planManifests } from '../../src/plan/plan.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'
import { STATED_TERMS } from '../core/exposures.ts'

/**
 * Files have variants of an object that nobody applies together. Of what routes every variant counts; of everything
 * else the last one, in lexical order.
 */

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: till, namespace: bakery }
spec:
  replicas: 3
  template:
    metadata: { labels: { app: till } }
    spec: { containers: [{ name: till, image: till:1 }] }
`
const service = (selector = 'till', port = 80, more = '') => `apiVersion: v1
kind: Service
metadata: { name: till, namespace: bakery }
spec: { selector: { app: ${selector} }, ports: [{ port: ${port} }]${more} }
`
const ingress = (ingressClass: string, attributes = '', api = 'networking.k8s.io/v1') => `apiVersion: ${api}
kind: Ingress
metadata:
  name: till
  namespace: bakery
  annotations:
    alb.ingress.kubernetes.io/target-type: ip
    alb.ingress.kubernetes.io/target-group-attributes: "${attributes}"
spec:
  ingressClassName: ${ingressClass}
  defaultBackend: { service: { name: till, port: { number: 80 } } }
`
const ingressClass = (controller: string) => `apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: edge }
spec: { controller: ${controller} }
`
const ALB = 'ingress.k8s.aws/alb'
const NGINX = 'k8s.io/ingress-nginx'

function plan(files: Readonly<Record<string, string>>) {
  const sources = Object.entries(files).map(([name, text]) => ({ name, text }))
  const planned = planManifests({
    manifests: readManifests(sources),
    settings: { ...DEFAULT_SETTINGS, terms: STATED_TERMS },
    namespace: 'default',
  })
  expect(planned.problems).toEqual([])
  return planned
}

function planned(files: Readonly<Record<string, string>>) {
  const [object, ...others] = plan(files).objects
  if (object === undefined || others.length > 0) throw new Error('one workload is planned')
  const { decision, findings } = object
  return {
    verdict: decision.verdict,
    sleep: decision.budget?.sleep,
    ids: decision.exposures.map(({ id }) => id),
    finding: findings.find(({ id }) => id === 'exposed-by-one-variant'),
  }
}

const base = { 'base/till.yaml': `${deployment}---\n${service()}` }
const GROUP = 'ingress bakery/till → bakery/till:80'

test('variants with the same health check leave no doubt about it', () => {
  const probing = deployment.replace(
    'image: till:1 }',
    'image: till:1, ports: [{ containerPort: 80 }, { containerPort: 9090 }], readinessProbe: { httpGet: { path: /ready, port: 9090 } } }',
  )
  const [object] = plan({
    'base/till.yaml': `${probing}---\n${service()}`,
    'over/a/ingress.yaml': ingress('alb', 'deregistration_delay.timeout_seconds=60'),
    'over/b/ingress.yaml': ingress('alb', 'deregistration_delay.timeout_seconds=90'),
  }).objects
  // Both ask / on port 80, the probe /ready on 9090.
  expect(object?.findings.map(({ id }) => id)).toContain('health-check-differs')
})

describe('of an Ingress', () => {
  test('the ALB counts, though a later file has another controller', () => {
    const { verdict, sleep, finding } = planned({
      ...base,
      'over/aws/ingress.yaml': ingress('alb'),
      'over/onprem/ingress.yaml': ingress('nginx'),
    })
    // 5 + max(25, min(300, 25 + 10)) + 5
    expect([verdict, sleep]).toEqual(['inject', 45])
    expect(finding?.severity).toBe('warning')
    expect(finding?.message).toContain('over/aws/ingress.yaml:1')
    expect(finding?.message).toContain('over/onprem/ingress.yaml:1')
  })

  test('in the order of the files it does not matter', () => {
    const { verdict, finding } = planned({
      ...base,
      'over/a/ingress.yaml': ingress('nginx'),
      'over/b/ingress.yaml': ingress('alb'),
    })
    expect(verdict).toBe('inject')
    expect(finding?.message).toMatch(/over\/b\/ingress\.yaml:1, but not by that of over\/a\/ingress\.yaml:1/)
  })

  test('in one file, each is named by its line', () => {
    const text = `${ingress('alb')}---\n${ingress('nginx')}`
    const { verdict, finding } = planned({ ...base, 'ingress.yaml': text })
    expect(verdict).toBe('inject')
    // The first has eleven lines, and the marker is the twelfth.
    expect(finding?.message).toMatch(/ingress\.yaml:1, but not by that of ingress\.yaml:13/)
  })

  test('of an API version that is gone, too', () => {
    const { verdict } = planned({
      ...base,
      'ingress-1.yaml': ingress('alb'),
      'ingress-2.yaml': ingress('nginx', '', 'extensions/v1beta1'),
    })
    expect(verdict).toBe('inject')
  })

  test('where every variant exposes, nothing is said, and the longest sleep holds', () => {
    const short = ingress('alb', 'deregistration_delay.timeout_seconds=20')
    const long = ingress('alb', 'deregistration_delay.timeout_seconds=30')
    const { sleep, ids, finding } = planned({ ...base, 'dev/i.yaml': long, 'prod/i.yaml': short })
    // 5 + max(25, min(30, 25 + 10)) + 5; with 20 it is 35
    expect([sleep, finding]).toEqual([40, undefined])
    expect(ids).toEqual([GROUP])
  })

  test('a variant that states a value does not speak for one that states none', () => {
    const short = ingress('alb', 'deregistration_delay.timeout_seconds=5')
    const { sleep, ids } = planned({ ...base, 'dev/i.yaml': ingress('alb'), 'prod/i.yaml': short })
    // D 300 is assumed in the first: 5 + max(25, min(300, 25 + 10)) + 5; with 5 it is 35
    expect([sleep, ids]).toEqual([45, [GROUP, `${GROUP}, as in dev/i.yaml:1`]])
  })

  test('the same content twice is one', () => {
    const { ids, finding } = planned({ ...base, 'a.yaml': ingress('alb'), 'b.yaml': ingress('alb') })
    expect([ids, finding]).toEqual([[GROUP], undefined])
  })

  test('a patch that names no backend is no variant, and hides none', () => {
    const patch =
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: till, namespace: bakery }\n'
    const { verdict, finding } = planned({ ...base, 'base/i.yaml': ingress('alb'), 'over/patch.yaml': patch })
    expect([verdict, finding]).toEqual(['inject', undefined])
  })
})

describe('of what an Ingress needs', () => {
  test('a class', () => {
    const { verdict, finding } = planned({
      ...base,
      'base/i.yaml': ingress('edge'),
      'over/aws/class.yaml': ingressClass(ALB),
      'over/onprem/class.yaml': ingressClass(NGINX),
    })
    expect(verdict).toBe('inject')
    expect(finding?.message).toMatch(
      /IngressClass edge of over\/aws\/class\.yaml:1, .*over\/onprem\/class\.yaml:1/,
    )
  })

  test('a Service', () => {
    const { verdict, finding } = planned({
      'a.yaml': `${deployment}---\n${ingress('alb')}`,
      'over/a/service.yaml': service('till'),
      'over/b/service.yaml': service('oven'),
    })
    expect(verdict).toBe('inject')
    expect(finding?.message).toContain('Service bakery/till of over/a/service.yaml:1')
  })

  test('variants of one folder are applied together: those of two folders may not fit', () => {
    const { verdict } = planned({
      'a.yaml': deployment,
      'over/aws/i.yaml': ingress('alb').replace('number: 80', 'number: 8080'),
      'over/aws/service.yaml': service('till', 8080),
      'over/onprem/i.yaml': ingress('nginx'),
      'over/onprem/service.yaml': service('till', 80),
    })
    expect(verdict).toBe('inject')
  })
})

describe('of a Rollout', () => {
  const rollout = (spec: string) => `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: till, namespace: bakery }
spec:
  replicas: 3
${spec}`
  const template = `  template:
    metadata: { labels: { app: till } }
    spec: { containers: [{ name: till, image: till:1 }] }
`
  const shifted = (ingressName: string) => `${template}  strategy:
    canary:
      stableService: till
      trafficRouting: { alb: { ingress: ${ingressName}, servicePort: 80, rootService: root } }
`
  const action = ingress('alb').replace(
    'name: till, port: { number: 80 }',
    'name: root, port: { name: use-annotation }',
  )
  const all = `${rollout(shifted('till'))}---\n${service()}---\n${action}`

  test('the one that shifts traffic counts, though a later file has one that does not', () => {
    const { objects, notices } = plan({
      'over/aws/all.yaml': all,
      'over/staging/all.yaml': rollout(`${template}  strategy: { canary: { maxSurge: 1 } }\n`),
    })
    // 5 + max(25, min(300, 25 + 10)) + 5
    const sleeps = objects.map(({ decision }) => [decision.verdict, decision.budget?.sleep])
    expect(sleeps).toEqual([
      ['inject-in-pods', 45],
      ['inject-in-pods', 45],
    ])
    expect(notices.map(({ id }) => id)).not.toContain('action-annotation-missing')
  })

  test('a patch without a strategy hides nothing', () => {
    const { objects } = plan({ 'base/all.yaml': all, 'over/aws/replicas.yaml': rollout(template) })
    expect(objects[0]?.decision.verdict).toBe('inject-in-pods')
    expect(objects[0]?.findings.map(({ id }) => id)).not.toContain('exposed-by-one-variant')
  })

  test('of two that shift traffic, each counts for its Ingress', () => {
    const other = action.replace('name: till', 'name: kiosk')
    const { objects } = plan({
      'over/a/all.yaml': all,
      'over/b/all.yaml': `${rollout(shifted('kiosk'))}---\n${other}`,
    })
    const ids = objects[0]?.decision.exposures.map(({ id }) => id)
    expect(ids).toEqual(['ingress bakery/kiosk → bakery/till:80', 'ingress bakery/till → bakery/till:80'])
  })
})

test('a Service that is a load balancer in one variant', () => {
  const nlb = ', type: LoadBalancer, loadBalancerClass: service.k8s.aws/nlb'
  const { verdict, finding } = planned({
    'a.yaml': deployment,
    'over/aws/service.yaml': service('till', 80, nlb),
    'over/local/service.yaml': service(),
  })
  expect(verdict).toBe('inject')
  expect(finding?.message).toContain('over/aws/service.yaml:1')
})

test('of what does not route the last holds, and each workload is planned as it stands', () => {
  const { objects, notes } = plan({
    'a.yaml': `${deployment}---\n${service()}---\n${ingress('alb')}`,
    'b.yaml': deployment.replace('replicas: 3', 'replicas: 5'),
  })
  expect(objects.map(({ decision }) => decision.verdict)).toEqual(['inject', 'inject'])
  expect(objects.map(({ decision }) => decision.subject.workload?.replicas)).toEqual([3, 5])
  expect(notes.map(({ id }) => id)).toEqual(['replaced'])
})

test('a patch of an autoscaler hides none: it does not name its workload', () => {
  const autoscaler = (spec: string) => `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: till, namespace: bakery }
spec: { ${spec} }
`
  const one = deployment.replace(
    'replicas: 3',
    'replicas: 1\n  strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } }',
  )
  const scaled =
    'scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: till }, minReplicas: 3, maxReplicas: 9'
  const { objects, notes } = plan({
    'base/all.yaml': `${one}---\n${service()}---\n${ingress('alb')}---\n${autoscaler(scaled)}`,
    'over/aws/hpa.yaml': autoscaler('maxReplicas: 20'),
  })
  expect(objects.map(({ decision }) => decision.verdict)).toEqual(['inject'])
  expect(notes.map(({ id }) => id)).toEqual(['related-unreadable'])
})

test('a patch of a workload hides nothing of it: without a template it is no workload', () => {
  const peers = (spec: string) => `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: till, namespace: bakery }
spec: { ${spec} }
`
  const whole =
    'replicas: 3, serviceName: peers, template: { metadata: { labels: { app: till } }, spec: { containers: [{ name: till, image: till:1 }] } }'
  const governing = service()
    .replace('name: till', 'name: peers')
    .replace('spec: {', 'spec: { clusterIP: None,')
  const files = {
    'base/all.yaml': `${peers(whole)}---\n${service()}---\n${governing}---\n${ingress('alb')}`,
  }
  const patched = plan({ ...files, 'over/aws/replicas.yaml': peers('replicas: 5') })
  // Its peers find each other through a Service that has ready Pods only: they would wait for their gates.
  const [held] = plan(files).namespaces
  expect(held?.action).not.toBe('add')
  expect(patched.namespaces).toEqual([held])
  expect(patched.notes).toEqual([])
})

test('the variants of many applications need no more readings than those of one', () => {
  const app = (name: string, text: string) => text.replaceAll('till', name)
  const files = Array.from({ length: 40 }, (_, index) => `till-${index}`).map((name) => ({
    [`${name}/base.yaml`]: app(name, base['base/till.yaml']),
    [`${name}/aws/i.yaml`]: app(name, ingress('alb')),
    [`${name}/onprem/i.yaml`]: app(name, ingress('nginx')),
  }))
  const { objects, notes } = plan(Object.assign({}, ...files))
  expect(objects.map(({ decision }) => decision.verdict)).toEqual(Array(40).fill('inject'))
  expect(notes.filter(({ severity }) => severity === 'warning')).toEqual([])
})

test('more variants than are read are a warning', () => {
  const variants = Array.from({ length: 17 }, (_, index) => [
    `v${String(index).padStart(2, '0')}/i.yaml`,
    ingress('nginx', `deregistration_delay.timeout_seconds=${index}`),
  ])
  const { notes } = plan({ ...base, ...Object.fromEntries(variants) })
  const loud = notes.filter(({ severity }) => severity === 'warning')
  expect(loud.map(({ id, text }) => [id, text])).toEqual([
    ['variant', '17 variants of Ingress till: only 16 of them are read; plan fewer folders at a time'],
  ])
})
