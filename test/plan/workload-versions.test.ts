import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { readManifests } from '../../src/manifests/read.ts'
import { planManifests } from '../../src/plan/plan.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'
import { STATED_TERMS } from '../core/exposures.ts'

/** Old manifests: workloads in API versions that are gone, and ReplicationControllers. */

const labels = { app: 'shelf' }
const metadata = { name: 'shelf', namespace: 'library' }
const load = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata,
  spec: {
    type: 'LoadBalancer',
    loadBalancerClass: 'service.k8s.aws/nlb',
    selector: labels,
    ports: [{ port: 80 }],
  },
}
const annotated = {
  ...load,
  metadata: {
    ...metadata,
    annotations: { 'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip' },
  },
}

function planned(apiVersion: string, kind: string) {
  const template = { metadata: { labels }, spec: { containers: [{ name: 'shelf', image: 'shelf:1' }] } }
  const workload = { apiVersion, kind, metadata, spec: { replicas: 3, template } }
  const text = [workload, annotated].map((object) => stringify(object)).join('---\n')
  const { objects, notices, problems } = planManifests({
    manifests: readManifests([{ name: 'old.yaml', text }]),
    settings: { ...DEFAULT_SETTINGS, terms: STATED_TERMS },
    namespace: 'default',
  })
  expect(problems).toEqual([])
  return {
    decisions: objects.map(({ decision }) => [decision.verdict, decision.budget?.sleep]),
    why: objects[0]?.decision.why,
    notices: notices.filter(({ id }) => id === 'removed-api-version'),
    patched: objects.map(({ withoutRecord }) => withoutRecord.length > 0),
  }
}

// ip × NLB: 5 + 120 + 10 + 5
const SLEEP = 140

describe('a version that Kubernetes 1.16 removed is read, and said', () => {
  test.for([
    ['extensions/v1beta1', 'Deployment'],
    ['extensions/v1beta1', 'ReplicaSet'],
    ['apps/v1beta1', 'Deployment'],
    ['apps/v1beta1', 'StatefulSet'],
    ['apps/v1beta2', 'ReplicaSet'],
    ['apps/v1beta2', 'StatefulSet'],
  ] as const)('%s %s', ([apiVersion, kind]) => {
    const { decisions, notices } = planned(apiVersion, kind)
    expect(decisions).toEqual([['inject', SLEEP]])
    expect(notices).toEqual([
      {
        severity: 'information',
        id: 'removed-api-version',
        object: { kind, ...metadata },
        text: `${apiVersion} is no longer served since Kubernetes 1.16: use apps/v1`,
      },
    ])
  })

  test('a DaemonSet is left alone as ever', () => {
    const { decisions, notices } = planned('extensions/v1beta1', 'DaemonSet')
    expect(decisions.map(([verdict]) => verdict)).toEqual(['out-of-scope'])
    expect(notices).toHaveLength(1)
  })

  test('one that is served is not mentioned', () => {
    expect(planned('apps/v1', 'Deployment').notices).toEqual([])
  })

  test('a StatefulSet was never in extensions', () => {
    expect(planned('extensions/v1beta1', 'StatefulSet').decisions).toEqual([])
  })
})

test('a ReplicationController: its Pods get the hook, and a patched file has it too', () => {
  const { decisions, why, notices, patched } = planned('v1', 'ReplicationController')
  expect(decisions).toEqual([['inject-in-pods', SLEEP]])
  expect(why).toBe('the webhook is asked only about the Pods of a ReplicationController')
  expect([notices, patched]).toEqual([[], [true]])
})
