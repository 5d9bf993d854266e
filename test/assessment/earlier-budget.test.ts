import { describe, expect, test } from 'vitest'
import { settingsWith } from '../core/exposures.ts'
import { defaulted, type JsonObject } from './api-server.ts'
import { admitted, behindAlb, type World } from './world.ts'

/**
 * Templates that 0.1.0 patched when its budget was one for the whole Pod, each with its record to the letter, and what it
 * writes now that each container has its own. Both are recognized, restored and taken out; the new numbers come with the
 * next change of the template.
 */

interface Written {
  readonly grace: number
  readonly sleeps: Readonly<Record<string, number>>
  readonly record: string
}

interface Golden {
  readonly name: string
  /** As the user writes it. */
  readonly grace: number
  readonly containers: readonly (JsonObject & { readonly name: string })[]
  readonly annotations?: Readonly<Record<string, string>>
  readonly before: Written
  readonly now: Written
}

const container = (name: string, more: JsonObject = {}) => ({ name, image: 'nginx:1.27', ...more })
const sleep = (seconds: number): JsonObject => ({ sleep: { seconds } })

const PLAIN: Written = {
  grace: 75,
  sleeps: { app: 45 },
  record:
    '{"grace":{"before":30,"after":75},"sleep":{"app":45},"created":{"annotations":true,"lifecycle":["app"]}}',
}

const GOLDENS: readonly Golden[] = [
  { name: 'one container', grace: 30, containers: [container('app')], before: PLAIN, now: PLAIN },
  {
    // The whole Pod: 60 - 50 = 10 s were left to it, so 60 was enough. The container's own: 45 + 60.
    name: 'a sidecar with a sleep of its own, which took the application’s time',
    grace: 60,
    containers: [container('app'), container('agent', { lifecycle: { preStop: sleep(50) } })],
    before: {
      grace: 60,
      sleeps: { app: 45 },
      record: '{"sleep":{"app":45},"created":{"annotations":true,"lifecycle":["app"]}}',
    },
    now: {
      grace: 105,
      sleeps: { app: 45 },
      record:
        '{"grace":{"before":60,"after":105},"sleep":{"app":45},"created":{"annotations":true,"lifecycle":["app"]}}',
    },
  },
  {
    // C + P + J = 35 for both, and 35 + 60. Now the proxy outlives the application: 35 + 60 = 95, and 5 for its own end.
    name: 'a proxy beside a graceful application',
    grace: 60,
    containers: [container('app'), container('istio-proxy')],
    annotations: { 'slackwater.dev/shutdown': 'graceful', 'slackwater.dev/request-seconds': '60' },
    before: {
      grace: 95,
      sleeps: { app: 35, 'istio-proxy': 35 },
      record:
        '{"grace":{"before":60,"after":95},"sleep":{"app":35,"istio-proxy":35},"created":{"annotations":false,"lifecycle":["app","istio-proxy"]}}',
    },
    now: {
      grace: 100,
      sleeps: { app: 35, 'istio-proxy': 95 },
      record:
        '{"grace":{"before":60,"after":100},"sleep":{"app":35,"istio-proxy":95},"created":{"annotations":false,"lifecycle":["app","istio-proxy"]}}',
    },
  },
]

const pod = (golden: Golden, image?: string): JsonObject => ({
  metadata: {
    labels: { app: 'web' },
    ...(golden.annotations === undefined ? {} : { annotations: golden.annotations }),
  },
  spec: {
    terminationGracePeriodSeconds: golden.grace,
    containers: golden.containers.map((one) => (image === undefined ? one : { ...one, image })),
  },
})

/** The user's template with what was written into it. */
function stored(golden: Golden, { grace, sleeps, record }: Written, image?: string): JsonObject {
  const { metadata, spec } = pod(golden, image) as {
    readonly metadata: { readonly annotations?: JsonObject }
    readonly spec: { readonly containers: readonly (JsonObject & { readonly name: string })[] }
  }
  return {
    metadata: { ...metadata, annotations: { ...metadata.annotations, 'slackwater.dev/injected': record } },
    spec: {
      containers: spec.containers.map((one) => {
        const seconds = sleeps[one.name]
        return seconds === undefined ? one : { ...one, lifecycle: { preStop: sleep(seconds) } }
      }),
      terminationGracePeriodSeconds: grace,
    },
  }
}

const OFF: World = { ...behindAlb, settings: settingsWith({ mode: 'off' }) }
const NEXT = 'nginx:1.28'

describe.each(GOLDENS)('$name', (golden) => {
  const { before, now } = golden

  test('what is written today', () => {
    expect(admitted(pod(golden), behindAlb)).toEqual(stored(golden, now))
  })

  describe.each([
    ['as it was written before', before],
    ['as it is written now', now],
  ])('%s', (_, written) => {
    const template = stored(golden, written)

    test('an update that leaves the template alone gets nothing', () => {
      expect(admitted(template, behindAlb, template)).toEqual(template)
    })

    test('a replace from Git, which drops it, gets it back to the letter', () => {
      expect(admitted(pod(golden), behindAlb, template)).toEqual(template)
    })

    test('the next change of the template gets today’s numbers', () => {
      const next = stored(golden, written, NEXT)
      expect(admitted(next, behindAlb, template)).toEqual(stored(golden, now, NEXT))
    })

    test('an opt-out gives the user’s own back', () => {
      const next = stored(golden, written, NEXT)
      expect(defaulted(admitted(next, OFF, template))).toEqual(defaulted(pod(golden, NEXT)))
    })
  })
})
