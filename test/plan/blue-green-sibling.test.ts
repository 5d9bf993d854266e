import { expect, test } from 'vitest'
import { readManifests } from '../../src/manifests/read.ts'
import { planManifests } from '../../src/plan/plan.ts'
import { settingsWith } from '../core/exposures.ts'

interface World {
  readonly selector: string
  /** Of the Deployment. */
  readonly labels: string
  readonly annotations?: string
  readonly targetType?: string
  /** Further fields of the Service. */
  readonly service?: string
}

const deployment = ({ labels, annotations = '' }: World) => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: tea-green, namespace: cups}
spec:
  replicas: 3
  template:
    metadata: {labels: {${labels}}, annotations: {${annotations}}}
    spec:
      containers: [{name: tea, image: registry.example.com/tea:1}]
`

const exposed = ({ selector, targetType = 'ip', service = '' }: World) => `
apiVersion: v1
kind: Service
metadata: {name: tea, namespace: cups}
spec: {selector: {${selector}}, ports: [{port: 80}]${service}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: tea, namespace: cups, annotations: {alb.ingress.kubernetes.io/target-type: ${targetType}}}
spec: {ingressClassName: alb, defaultBackend: {service: {name: tea, port: {number: 80}}}}
`

function told(world: World): readonly string[] {
  const text = `${deployment(world)}---${exposed(world)}`
  const manifests = readManifests([{ name: 'all.yaml', text }])
  const { objects } = planManifests({ manifests, settings: settingsWith(), namespace: 'default' })
  return objects
    .flatMap(({ findings }) => findings)
    .filter(({ id }) => id === 'blue-green-sibling')
    .map(({ severity, holds, message }) => `${severity} ${holds} ${message}`)
}

const GREEN = { selector: 'app: tea, color: blue', labels: 'app: tea, color: green' }

const message = (assume: string) =>
  `information throughout pods with color=green are not behind a load balancer now, but Service tea selects color=blue: to protect these pods before it selects them, set slackwater.dev/assume: ${assume} on the pod template`

test('of the half that is not selected, with the value for what its twin is behind', () => {
  expect(told(GREEN)).toEqual([message('alb-ip')])
  expect(told({ ...GREEN, targetType: 'instance', service: ', type: NodePort' })).toEqual([
    message('alb-instance'),
  ])
})

test.for<[string, World]>([
  ['the half that is selected', { ...GREEN, labels: 'app: tea, color: blue' }],
  ['one that differs otherwise, too', { ...GREEN, labels: 'app: coffee, color: green' }],
  ['a worker beside it', { selector: 'app: tea, component: web', labels: 'app: tea, component: worker' }],
  ['one that states what it is behind', { ...GREEN, annotations: 'slackwater.dev/assume: alb-ip' }],
  ['one that states that nothing sends to it', { ...GREEN, annotations: 'slackwater.dev/assume: none' }],
])('nothing of %s', ([, world]) => {
  expect(told(world)).toEqual([])
})
