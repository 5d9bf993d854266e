import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { readManifests } from '../../src/manifests/read.ts'
import { planManifests } from '../../src/plan/plan.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'
import { STATED_TERMS } from '../core/exposures.ts'

/** A Service that LBC may have adopted or not: an NLB is assumed, and what a Classic Load Balancer needs is shown. */

const PREFIX = 'service.beta.kubernetes.io/aws-load-balancer-'

function sleeps(annotations: Readonly<Record<string, string>>, spec: object = {}) {
  const metadata = { name: 'radio', namespace: 'studio' }
  const labels = { app: 'radio' }
  const objects = [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: 2,
        template: { metadata: { labels }, spec: { containers: [{ name: 'radio', image: 'radio:1' }] } },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        ...metadata,
        annotations: Object.fromEntries(
          Object.entries(annotations).map(([key, value]) => [`${PREFIX}${key}`, value]),
        ),
      },
      spec: { type: 'LoadBalancer', selector: labels, ports: [{ port: 80 }], ...spec },
    },
  ]
  const text = objects.map((object) => stringify(object)).join('---\n')
  const settings = { ...DEFAULT_SETTINGS, terms: STATED_TERMS }
  const { objects: planned } = planManifests({
    manifests: readManifests([{ name: 'all.yaml', text }]),
    settings,
    namespace: 'default',
  })
  return planned.flatMap(({ decision }) =>
    (decision.budget?.perExposure ?? []).map(({ sleep, classicSleep }) => [sleep, classicSleep]),
  )
}

// instance × NLB, Cluster: 10 + 10 + 5
const NLB = 25

test.for([
  // K + I + J = 10 + 90 + 5
  [{ 'connection-idle-timeout': '90' }, 105],
  // 10 + 300 + 5 = 315, of which maxSleepSeconds leaves 240
  [{ 'connection-idle-timeout': '300' }, 240],
  // 10 + 60 + 5, with AWS's default
  [{ 'connection-draining-enabled': 'true' }, 75],
  [{ 'connection-draining-timeout': '60' }, 75],
  [{ 'access-log-emit-interval': '5' }, 75],
  [{ 'extra-security-groups': 'sg-1' }, 75],
  [{ 'backend-protocol': 'http' }, 75],
] as const)('%j speaks for a Classic Load Balancer: S %i', ([annotations, classic]) => {
  expect(sleeps(annotations)).toEqual([[NLB, classic]])
})

test.for([
  [{}, {}],
  [{ 'backend-protocol': 'ssl' }, {}],
  [{ type: 'nlb', 'connection-idle-timeout': '90' }, {}],
  [{ 'connection-idle-timeout': '90' }, { loadBalancerClass: 'service.k8s.aws/nlb' }],
] as const)('%j with %j does not', ([annotations, spec]) => {
  expect(sleeps(annotations, spec)).toEqual([[NLB, undefined]])
})
