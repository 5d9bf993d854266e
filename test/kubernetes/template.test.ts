import { describe, expect, test } from 'vitest'
import { root } from '../../src/kubernetes/json.ts'
import { toPodTemplate } from '../../src/kubernetes/template.ts'

const read = (raw: unknown) => toPodTemplate(root(raw))
const ofContainer = (container: object) => read({ spec: { containers: [{ name: 'app', ...container }] } })
const only = (container: object) => ofContainer(container).containers[0]

test('the least that there can be', () => {
  expect(read({})).toEqual({
    labels: {},
    annotations: {},
    hasMetadata: false,
    hasAnnotations: false,
    foreignAnnotationBytes: 0,
    containers: [],
    nativeSidecars: [],
    readinessGates: [],
    spot: false,
  })
  expect(only({})).toEqual({
    name: 'app',
    hasLifecycle: false,
    onlyPreStop: true,
    probes: {},
    hasReadinessProbe: false,
  })
})

test('only annotations of ours are kept; of the others, their bytes', () => {
  const metadata = {
    labels: { app: 'web', gone: null },
    // 2 + 3 bytes in UTF-8, and a key without a value
    annotations: { 'slackwater.dev/assume': 'none', é: '…', z: null },
  }
  expect(read({ metadata })).toMatchObject({
    labels: { app: 'web' },
    annotations: { 'slackwater.dev/assume': 'none' },
    hasMetadata: true,
    hasAnnotations: true,
    foreignAnnotationBytes: 6,
  })
})

test('null is absent', () => {
  expect(read({ metadata: null })).toMatchObject({ hasMetadata: false, hasAnnotations: false })
  expect(read({ metadata: { annotations: null } })).toMatchObject({
    hasMetadata: true,
    hasAnnotations: false,
  })
  expect(read({ spec: { terminationGracePeriodSeconds: null } })).not.toHaveProperty('grace')
  expect(only({ lifecycle: null })).toMatchObject({ hasLifecycle: false })
  expect(only({ lifecycle: { preStop: null, postStart: null } })).toMatchObject({
    hasLifecycle: true,
    onlyPreStop: true,
  })
  expect(only({ lifecycle: { preStop: null } })).not.toHaveProperty('preStop')
})

describe('a preStop hook', () => {
  test.for<[string, object, object]>([
    ['native', { sleep: { seconds: 5 } }, { handlers: ['sleep'], sleep: 5 }],
    ['a command', { exec: { command: ['sleep', '5'] } }, { handlers: ['exec'], exec: ['sleep', '5'] }],
    ['a command that is not there', { exec: {} }, { handlers: ['exec'], exec: [] }],
    ['a request', { httpGet: { port: 80 } }, { handlers: ['httpGet'] }],
    ['nothing', {}, { handlers: [] }],
    ['a handler that is null', { exec: null, sleep: { seconds: 5 } }, { handlers: ['sleep'], sleep: 5 }],
    ['a sleep without its length', { sleep: {} }, { handlers: ['sleep'] }],
    [
      'two at once',
      { sleep: { seconds: 5 }, exec: { command: ['/quit'] } },
      { handlers: ['exec', 'sleep'], sleep: 5, exec: ['/quit'] },
    ],
  ])('%s', ([, preStop, expected]) => {
    expect(only({ lifecycle: { preStop, postStart: {} } })).toMatchObject({ onlyPreStop: false })
    expect(only({ lifecycle: { preStop } })?.preStop).toEqual(expected)
  })
})

test('probes that stop a container, with a grace of their own or without', () => {
  const probes = {
    livenessProbe: { terminationGracePeriodSeconds: 5 },
    startupProbe: {},
    readinessProbe: {},
  }
  expect(only(probes)).toMatchObject({
    probes: { livenessProbe: { grace: 5 }, startupProbe: {} },
    hasReadinessProbe: true,
  })
})

test('native sidecars are init containers that restart always, and no others', () => {
  const spec = {
    initContainers: [
      { name: 'migrate' },
      { name: 'envoy', restartPolicy: 'Always' },
      { name: 'wait', restartPolicy: 'OnFailure' },
    ],
    readinessGates: [{ conditionType: 'a' }],
  }
  const template = read({ spec })
  expect(template.nativeSidecars.map(({ name }) => name)).toEqual(['envoy'])
  expect(template.readinessGates).toEqual(['a'])
})

describe('what the API server takes is read, however odd', () => {
  const grace = (value: number) => read({ spec: { terminationGracePeriodSeconds: value } })

  // kubernetes 1.35, pkg/apis/core/v1/conversion.go: a Pod of such a template has 1.
  test('a negative grace period is the 1 that Kubernetes makes of it, and no sleep fits into it', () => {
    for (const value of [-1, -30, Number('-9223372036854775808')])
      expect(grace(value)).toMatchObject({ grace: 1, negativeGrace: true })
    expect(grace(0)).toMatchObject({ grace: 0 })
    expect(grace(0)).not.toHaveProperty('negativeGrace')
  })

  test('an int64 beyond what JSON carries exactly is as long as anything can be', () => {
    const longest = 9_007_199_254_740_991
    const huge = Number('9223372036854775807')
    expect(grace(huge)).toMatchObject({ grace: longest })
    expect(grace(longest)).toMatchObject({ grace: longest })
    const probe = { livenessProbe: { terminationGracePeriodSeconds: huge } }
    expect(only({ ...probe, lifecycle: { preStop: { sleep: { seconds: huge } } } })).toMatchObject({
      preStop: { sleep: longest },
      probes: { livenessProbe: { grace: longest } },
    })
  })
})

test('how long a container sleeps after its start', () => {
  expect(only({ lifecycle: { postStart: { sleep: { seconds: 50 } } } })).toMatchObject({
    postStartSleep: 50,
    onlyPreStop: false,
  })
  expect(only({ lifecycle: { postStart: { exec: { command: ['/warm'] } } } })).not.toHaveProperty(
    'postStartSleep',
  )
})

describe('what does not have Kubernetes’ shape is named with its path', () => {
  test.for<[string, object, string]>([
    [
      'a negative sleep, which the API server refuses under any grace period',
      { containers: [{ name: 'a', lifecycle: { preStop: { sleep: { seconds: -1 } } } }] },
      'spec.containers[0].lifecycle.preStop.sleep.seconds: expected a whole number from 0, got -1',
    ],
    [
      'a fraction',
      { terminationGracePeriodSeconds: 1.5 },
      'spec.terminationGracePeriodSeconds: expected a whole number, got a number',
    ],
    [
      'a text',
      { terminationGracePeriodSeconds: '30' },
      'spec.terminationGracePeriodSeconds: expected a whole number, got a string',
    ],
    [
      'containers that are no list',
      { containers: { name: 'app' } },
      'spec.containers: expected a list, got a mapping',
    ],
    [
      'a container that is a text',
      { containers: ['app'] },
      'spec.containers[0]: expected a mapping, got a string',
    ],
    [
      'a container without a name',
      { containers: [{}] },
      'spec.containers[0].name: expected a string, got nothing',
    ],
    [
      'a lifecycle that is a list',
      { containers: [{ name: 'a', lifecycle: [] }] },
      'spec.containers[0].lifecycle: expected a mapping, got a list',
    ],
    [
      'a sleep that is a text',
      { containers: [{ name: 'a', lifecycle: { preStop: { sleep: { seconds: '5' } } } }] },
      'spec.containers[0].lifecycle.preStop.sleep.seconds: expected a whole number, got a string',
    ],
    [
      'a command that is a text',
      { containers: [{ name: 'a', lifecycle: { preStop: { exec: { command: 'sleep 5' } } } }] },
      'spec.containers[0].lifecycle.preStop.exec.command: expected a list, got a string',
    ],
    [
      'a node selector that is a list',
      { nodeSelector: [] },
      'spec.nodeSelector: expected a mapping, got a list',
    ],
  ])('%s', ([, spec, message]) => {
    expect(() => read({ spec })).toThrow(message)
  })
})

describe('what a readiness probe asks, and the ports of its container', () => {
  const endpoints = (container: Record<string, unknown>) => {
    const spec = { containers: [{ name: 'app', ...container }] }
    const [{ ports, readinessHttp } = {}] = toPodTemplate(root({ spec })).containers
    return { ports, readinessHttp }
  }

  test('are read', () => {
    expect(
      endpoints({
        ports: [{ containerPort: 8080, name: 'http' }, { containerPort: 9090 }],
        readinessProbe: { httpGet: { port: 'http', path: '/ready' } },
      }),
    ).toEqual({
      ports: [{ port: 8080, name: 'http' }, { port: 9090 }],
      readinessHttp: { port: 'http', path: '/ready' },
    })
  })

  test('the path is / where none is written', () => {
    expect(endpoints({ readinessProbe: { httpGet: { port: 80 } } }).readinessHttp).toEqual({
      port: 80,
      path: '/',
    })
  })

  test.for([
    { ports: 'none', readinessProbe: 'none' },
    { ports: [null, 'a', { containerPort: '80' }], readinessProbe: { httpGet: [] } },
    { readinessProbe: { httpGet: { port: {} } } },
    { readinessProbe: { httpGet: { port: 80, host: 'other.example' } } },
    { readinessProbe: { tcpSocket: { port: 80 } } },
  ])('anything else is passed over: %j', (container) => {
    expect(endpoints(container)).toEqual({})
  })
})

describe('pods that must be in different zones', () => {
  const zone = { topologyKey: 'topology.kubernetes.io/zone' }
  const required = (terms: unknown) => ({
    affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } },
  })
  test.for<[boolean, Record<string, unknown>]>([
    [true, { topologySpreadConstraints: [{ ...zone, whenUnsatisfiable: 'DoNotSchedule' }] }],
    [true, required([zone])],
    [false, { topologySpreadConstraints: [{ ...zone, whenUnsatisfiable: 'ScheduleAnyway' }] }],
    [false, { topologySpreadConstraints: [{ topologyKey: 'kubernetes.io/hostname' }] }],
    [false, required('zones')],
    [false, { topologySpreadConstraints: 'zones' }],
    [false, {}],
  ])('%s: %j', ([expected, spec]) => {
    const template = toPodTemplate(root({ spec: { containers: [], ...spec } }))
    expect(template.spreadsOverZones === true).toBe(expected)
  })
})
