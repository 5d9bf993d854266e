import fc from 'fast-check'
import type { Exposure } from '../../src/core/model/exposure.ts'
import { type Seconds, seconds } from '../../src/core/model/seconds.ts'
import { exposure, settingsWith } from '../core/exposures.ts'
import type { JsonObject } from './api-server.ts'
import type { World } from './world.ts'

const probe = fc.record(
  {
    httpGet: fc.constant({ port: 80, path: '/' }),
    terminationGracePeriodSeconds: fc.integer({ min: 1, max: 60 }),
  },
  { requiredKeys: ['httpGet'] },
)

/** Hooks that the API server accepts within this grace. */
const preStop = (grace: number) =>
  fc.oneof(
    fc.record({
      exec: fc.record({
        command: fc.constantFrom(['sleep', '10'], ['sh', '-c', 'sleep 20 && quit'], ['/quit']),
      }),
    }),
    fc.record({ httpGet: fc.constant({ port: 8022, path: '/wait-for-drain' }) }),
    fc.record({ sleep: fc.record({ seconds: fc.integer({ min: 1, max: Math.max(1, grace) }) }) }),
  )

const postStart = (grace: number) =>
  fc.oneof(
    fc.constant({ exec: { command: ['/warm'] } }),
    fc.record({ sleep: fc.record({ seconds: fc.integer({ min: 1, max: Math.max(1, grace) }) }) }),
  )

const noHook = (grace: number): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom<unknown>(undefined, undefined, undefined, null, {}) },
    { weight: 1, arbitrary: fc.record({ postStart: postStart(grace) }) },
  )

const lifecycle = (grace: number): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 5, arbitrary: noHook(grace) },
    { weight: 1, arbitrary: fc.record({ preStop: preStop(grace) }) },
    { weight: 1, arbitrary: fc.record({ postStart: postStart(grace), preStop: preStop(grace) }) },
  )

/** Init containers that restart always may have hooks; others may not. */
const initContainers = (grace: number): fc.Arbitrary<unknown> =>
  fc.option(
    lifecycle(grace).map((hooks) => [
      { name: 'migrate', image: 'migrate:1' },
      { name: 'proxy', restartPolicy: 'Always', ...(hooks === undefined ? {} : { lifecycle: hooks }) },
    ]),
    { nil: undefined, freq: 1 },
  )

const container = (grace: number): fc.Arbitrary<JsonObject> =>
  fc
    .record(
      {
        image: fc.constantFrom('nginx:1.27', 'envoy:1.31'),
        env: fc.array(fc.record({ name: fc.constantFrom('A', 'B'), value: fc.string() }), { maxLength: 2 }),
        livenessProbe: probe,
        startupProbe: probe,
        readinessProbe: probe,
      },
      { requiredKeys: ['image'] },
    )
    .chain((rest) =>
      lifecycle(grace).map((hooks) => (hooks === undefined ? rest : { ...rest, lifecycle: hooks })),
    )

const annotations = fc.constantFrom<unknown>(
  undefined,
  null,
  {},
  { 'example.com/a~b': 'kept' },
  { 'slackwater.dev/injected': '{"sleep":{"gone":45}}' },
  { 'slackwater.dev/injected': 'no record at all' },
  { 'slackwater.dev/sleep-seconds': 'soon', 'slackwater.dev/assume': 'alb' },
  { 'slackwater.dev/shutdown': 'graceful' },
  { 'slackwater.dev/shutdown': 'graceful', 'slackwater.dev/request-seconds': '90' },
)

const NAMES = ['app', 'istio-proxy', 'log-shipper', 'metrics', 'a~b', 'a/b']

const graces = fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined })

/** Pod templates that the API server would accept, at least one container in each. */
export const template: fc.Arbitrary<JsonObject> = graces.chain((grace) =>
  fc
    .tuple(
      fc.array(container(grace ?? 30), { minLength: 1, maxLength: NAMES.length }),
      annotations,
      initContainers(grace ?? 30),
    )
    .map(([containers, notes, init]) => ({
      metadata: { labels: { app: 'web' }, ...(notes === undefined ? {} : { annotations: notes }) },
      spec: {
        ...(grace === undefined ? {} : { terminationGracePeriodSeconds: grace }),
        ...(init === undefined ? {} : { initContainers: init }),
        containers: containers.map((one, index) => ({ name: NAMES[index], ...one })),
      },
    })),
)

const anExposure: fc.Arbitrary<Exposure> = fc
  .record({
    loadBalancer: fc.constantFrom('alb' as const, 'nlb' as const),
    targetType: fc.constantFrom('ip' as const, 'instance' as const),
    local: fc.boolean(),
    delay: fc.integer({ min: 0, max: 3600 }),
    idle: fc.integer({ min: 1, max: 4000 }),
    termination: fc.constantFrom([], [], [true], [true, false]),
    checks: fc.constantFrom([], [{ asksKubeProxy: true }], [{ port: 'traffic-port' }]),
  })
  .map(exposure)

const maxGrace: fc.Arbitrary<Seconds | undefined> = fc.option(
  fc.integer({ min: 60, max: 300 }).map(seconds),
  {
    nil: undefined,
    freq: 4,
  },
)

/** At least one exposure, and settings of which few leave nothing to inject. */
export const world: fc.Arbitrary<World> = fc
  .record({
    exposures: fc.array(anExposure, { minLength: 1, maxLength: 3 }),
    limit: maxGrace,
    hook: fc.constantFrom('sleep' as const, 'sleep' as const, 'exec' as const),
    injectInto: fc.constantFrom('auto' as const, 'workloads' as const),
  })
  .map(({ exposures, limit, hook, injectInto }) => ({
    exposures,
    settings: settingsWith({ hook, injectInto, ...(limit === undefined ? {} : { maxGraceSeconds: limit }) }),
  }))
