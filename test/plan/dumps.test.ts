import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { readManifests } from '../../src/manifests/read.ts'
import { planManifests } from '../../src/plan/plan.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'
import { STATED_TERMS } from '../core/exposures.ts'

/**
 * What `kubectl get -o yaml` prints is no source: the API server has filled in defaults, so a grace period in it is
 * stated only if the last-applied configuration or an Apply says so. One below the sleep decides where the hook goes.
 */

const labels = { app: 'ferry' }
const specWith = (grace?: number) => ({
  containers: [{ name: 'ferry', image: 'ferry:1' }],
  ...(grace === undefined ? {} : { terminationGracePeriodSeconds: grace }),
})
const source = (grace?: number, metadata: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'ferry', namespace: 'harbor', ...metadata },
  spec: {
    replicas: 3,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: specWith(grace) },
  },
})
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: 'ferry',
    namespace: 'harbor',
    uid: 'a1',
    annotations: { 'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip' },
  },
  spec: {
    type: 'LoadBalancer',
    loadBalancerClass: 'service.k8s.aws/nlb',
    selector: labels,
    ports: [{ port: 80 }],
  },
}

/** As `kubectl get deploy,svc -o yaml` prints them. */
function planned(workload: object) {
  const items = [workload, service]
  const list = { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items }
  const text = stringify(list, { version: '1.1' })
  const { objects, problems } = planManifests({
    manifests: readManifests([{ name: 'dump.yaml', text }]),
    settings: { ...DEFAULT_SETTINGS, terms: STATED_TERMS },
    namespace: 'default',
  })
  expect(problems).toEqual([])
  return objects
}

const verdictOf = (workload: object) => planned(workload).map(({ decision }) => decision.verdict)

const lastApplied = (grace?: number) => ({
  annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(source(grace)) },
})
const fields = { 'f:spec': { 'f:template': { 'f:spec': { 'f:terminationGracePeriodSeconds': {} } } } }
const managed = (operation: string) => ({
  managedFields: [{ manager: 'deployer', operation, apiVersion: 'apps/v1', fieldsV1: fields }],
})
const uid = { uid: '7d0c', resourceVersion: '12' }

describe('the API server’s default of 30 is not stated', () => {
  test.for([
    ['by a uid', source(30, { uid: '7d0c' })],
    ['by a resourceVersion', source(30, { resourceVersion: '12' })],
    ['by a status', { ...source(30), status: { replicas: 3 } }],
    ['with a last-applied configuration without it', source(30, { ...uid, ...lastApplied() })],
    ['with an Update that owns it', source(30, { ...uid, ...managed('Update') })],
  ] as const)('%s', ([, workload]) => {
    expect(verdictOf(workload)).toEqual(['inject'])
  })
})

// 20 and 30 are below the sleep of 5 + 120 + 10 + 5 = 140: the next apply without us would be refused.
describe('a grace period that somebody states goes with the Pods', () => {
  test.for([
    ['in the last-applied configuration', source(20, { ...uid, ...lastApplied(20) })],
    ['by an Apply', source(30, { ...uid, ...managed('Apply') })],
    ['in a file', source(30)],
    ['in a file that a generator wrote', { ...source(30, { creationTimestamp: null }), status: {} }],
    ['in a file with empty fields of a dump', source(30, { uid: null, resourceVersion: null })],
  ] as const)('%s', ([, workload]) => {
    expect(verdictOf(workload)).toEqual(['inject-in-pods'])
  })
})

// `kubectl get all -o yaml` prints the Pods too, which an apply cannot change any more.
describe('a Pod', () => {
  const record = '{"grace":{"before":null,"after":170},"sleep":{"ferry":140}}'
  const pod = (metadata: object, spec: object = specWith(30)) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'ferry-x', namespace: 'harbor', labels, ...metadata },
    spec,
  })
  /** Hook, grace period and record as Slackwater writes them: 5 + 120 + 10 + 5 = 140, + 30 = 170. */
  const hooked = (sleep: number) =>
    pod(
      { ...uid, annotations: { 'slackwater.dev/injected': record.replace('140', `${sleep}`) } },
      {
        containers: [{ ...specWith().containers[0], lifecycle: { preStop: { sleep: { seconds: sleep } } } }],
        terminationGracePeriodSeconds: 170,
      },
    )

  test.for([
    ['in a file would change', pod({}), 'inject'],
    ['that runs stays as it is', pod(uid), 'out-of-scope'],
    ['with a status too', { ...pod({}), status: { phase: 'Running' } }, 'out-of-scope'],
    ['whose sleep has become too short, too', hooked(45), 'out-of-scope'],
    ['that has all that it needs is protected', hooked(140), 'complete'],
    [
      'whose mode is off now keeps its hook',
      {
        ...hooked(140),
        metadata: { ...hooked(140).metadata, labels: { ...labels, 'slackwater.dev/mode': 'off' } },
      },
      'out-of-scope',
    ],
  ] as const)('%s', ([, object, verdict]) => {
    const [plan] = planned(object)
    expect(plan?.decision.verdict).toBe(verdict)
    if (verdict === 'inject') return expect(plan?.withoutRecord).not.toEqual([])
    expect([plan?.operations, plan?.withoutRecord]).toEqual([[], []])
    expect(plan?.findings.filter(({ holds }) => holds === 'before')).toEqual([])
  })
})
