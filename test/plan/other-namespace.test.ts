import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { readManifests } from '../../src/manifests/read.ts'
import { planManifests } from '../../src/plan/plan.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'

/**
 * `helm template -n harbor` writes a namespace only where a template asks for it: what is one release then stands in two
 * namespaces, and nothing sends to a workload that will be behind a load balancer.
 */

const labels = { app: 'ferry' }
const meta = (name: string, namespace?: string) => ({
  name,
  ...(namespace === undefined ? {} : { namespace }),
})
const workload = (namespace?: string, name = 'ferry', annotations = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: meta(name, namespace),
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels, annotations },
      spec: { containers: [{ name: 'ferry', image: 'ferry:1' }] },
    },
  },
})
const service = (namespace?: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: meta('ferry', namespace),
  spec: {
    type: 'LoadBalancer',
    loadBalancerClass: 'service.k8s.aws/nlb',
    selector: labels,
    ports: [{ port: 80 }],
  },
})

const notesOf = (...documents: readonly unknown[]) => {
  const text = documents.map((one) => stringify(one)).join('---\n')
  const { notes } = planManifests({
    manifests: readManifests([{ name: 'release.yaml', text }]),
    settings: DEFAULT_SETTINGS,
    namespace: 'default',
  })
  return notes
}

describe('a workload and its Service in two namespaces', () => {
  test('one of which only -n gives, here to the workload', () => {
    expect(notesOf(workload(), service('harbor'))).toEqual([
      {
        severity: 'information',
        id: 'other-namespace',
        file: 'release.yaml',
        line: 1,
        text: 'Deployment ferry is not behind a load balancer, but Service harbor/ferry is and would select it: name one namespace in both, or plan with -n harbor',
      },
    ])
  })

  test('here to the Service', () => {
    expect(notesOf(workload('harbor'), service()).map(({ text }) => text)).toEqual([
      'Deployment harbor/ferry is not behind a load balancer, but Service default/ferry is and would select it: name one namespace in both, or plan with -n harbor',
    ])
  })

  test.for([
    ['that both name', [workload('harbor'), service('fair')]],
    [
      'whose Service selects another one already',
      [workload(), workload('harbor', 'other'), service('harbor')],
    ],
    [
      'without a load balancer',
      [workload(), { ...service('harbor'), spec: { selector: labels, ports: [] } }],
    ],
    [
      'which says itself that nothing sends to it',
      [workload(undefined, 'ferry', { 'slackwater.dev/assume': 'none' }), service('harbor')],
    ],
    ['in one: the workload is behind its load balancer', [workload(), service()]],
  ] as const)('%s, is no mistake', ([, documents]) => {
    expect(notesOf(...documents)).toEqual([])
  })
})
