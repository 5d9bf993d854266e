import { describe, expect, test } from 'vitest'
import { readManifests } from '../../src/manifests/read.ts'
import { planManifests } from '../../src/plan/plan.ts'
import { shop } from '../cli/manifests.ts'
import { settingsWith } from '../core/exposures.ts'

/** What a plan says of a server from the manifests as people write them: an ALB of 60 s, S 45, 30 s after SIGTERM. */

const IDS = ['keep-alive-below-idle-timeout', 'request-declared', 'shutdown-declared']

interface World {
  /** Further lines of the container. */
  readonly container?: string
  readonly idle?: number
  /** Lines of the pod spec. */
  readonly pod?: string
}

function told({ container = '', idle, pod = '' }: World): readonly string[] {
  const key = 'alb.ingress.kubernetes.io/load-balancer-attributes'
  const attribute = idle === undefined ? '' : `\n    ${key}: idle_timeout.timeout_seconds=${idle}`
  const text = shop({ delay: 300, pod })
    .replace('image: nginx:1.27', `image: registry.example/shelf:3\n${container}`)
    .replace('target-type: ip', `target-type: ip${attribute}`)
  const manifests = readManifests([{ name: 'all.yaml', text }])
  const plan = planManifests({ manifests, settings: settingsWith(), namespace: 'default' })
  expect(plan.problems).toEqual([])
  return plan.objects
    .flatMap(({ findings }) => findings)
    .filter(({ id }) => IDS.includes(id))
    .map(({ id, severity, holds, message }) => {
      expect([severity, holds]).toEqual(['information', 'throughout'])
      return `${id}: ${message}`
    })
}

describe('arguments and environment', () => {
  test('of gunicorn', () => {
    const container = `          command: [gunicorn, shelf.wsgi]
          args:
            - --worker-class=gthread
            - --keep-alive
            - "5"
            - --graceful-timeout=80`
    expect(told({ container })).toEqual([
      'keep-alive-below-idle-timeout: app closes idle connections after 5 s (--keep-alive 5), the ALB after 60 s: 502s at any hour; set more than 60 s',
      'shutdown-declared: app may need 80 s after SIGTERM (--graceful-timeout=80), it gets 30 s: set slackwater.dev/shutdown-seconds: "80"',
    ])
    // 80 s are there, and 5 s outlive a shorter idle timeout.
    expect(told({ container, idle: 4, pod: '      terminationGracePeriodSeconds: 80\n' })).toEqual([])
  })

  test('of Spring Boot', () => {
    const container = `          env:
            - { name: JAVA_TOOL_OPTIONS, value: "-Xmx512m -Dspring.lifecycle.timeout-per-shutdown-phase=45s" }`
    expect(told({ container })).toEqual([
      'shutdown-declared: app may need 45 s after SIGTERM (-Dspring.lifecycle.timeout-per-shutdown-phase=45s in JAVA_TOOL_OPTIONS), it gets 30 s: set slackwater.dev/shutdown-seconds: "45"',
    ])
  })

  test('a long idle timeout', () => {
    expect(told({ idle: 900 })).toEqual([
      // 5 + 300 + 5 = 310 s of sleep are more than the 240 that are allowed.
      'request-declared: the ALB of web allows 900 s (idle_timeout.timeout_seconds): if requests take longer than 10 s, set slackwater.dev/request-seconds to the longest one, or slackwater.dev/shutdown: graceful',
    ])
  })

  test.for<[string, string]>([
    ['nothing', '          command: [node, server.js]'],
    [
      'an application’s own variable',
      '          env: [{ name: KEEPALIVE_MS, value: "4000" }, { name: SHUTDOWN_TIMEOUT, value: "90" }]',
    ],
    [
      'a value that stands elsewhere',
      `          args: [gunicorn, shelf.wsgi, --keep-alive, $(KEEP)]
          env: [{ name: KEEP, valueFrom: { configMapKeyRef: { name: shelf, key: keep } } }]`,
    ],
    ['words that are none', '          args: [gunicorn, --keep-alive, 2]\n          env: { A: b }'],
    [
      'a server that is set well',
      '          args: [uvicorn, "shelf:app", --timeout-keep-alive, "75", --timeout-graceful-shutdown, "25"]',
    ],
  ])('silent on %s', ([, container]) => expect(told({ container })).toEqual([]))
})
