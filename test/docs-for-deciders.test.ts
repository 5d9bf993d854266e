import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { AUTOSCALER_LIMIT, SHUTDOWN_FLOOR, SPOT_NOTICE } from '../src/core/budget/caps.ts'
import { AWS_DEFAULTS } from '../src/core/budget/terms.ts'
import { allowedEvictions } from '../src/core/findings/evictions.ts'
import { slowestGate } from '../src/core/findings/gate-time.ts'
import type { CountOrPercent } from '../src/core/model/workload.ts'
import { DEFAULT_GRACE } from '../src/core/model/workload.ts'
import { readManifests } from '../src/manifests/read.ts'
import { type PlannedObject, planManifests } from '../src/plan/plan.ts'
import { settingsWith } from './core/exposures.ts'

/**
 * The pages for people who decide: each number in them that the program has is computed again here, from manifests as the
 * row describes them and with the terms that a test states.
 */

const read = (file: string): string => readFileSync(file, 'utf8')

/** The cells of the rows of the table that follows a heading, without its head. */
function rowsAfter(file: string, words: string): readonly (readonly string[])[] {
  const [, after = ''] = read(file).split(words)
  const [table = ''] = /(?:^\|.*\n)+/m.exec(after) ?? []
  const lines = table.trimEnd().split('\n').slice(2)
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  )
}

interface World {
  readonly kind?: 'Deployment' | 'StatefulSet'
  readonly replicas?: number
  readonly grace?: number
  readonly balancers: readonly ('alb-ip' | 'alb-instance' | 'nlb-ip' | 'nlb-instance' | 'nlb-local')[]
  readonly delay?: number
  readonly request?: number
  readonly maxUnavailable?: number | string
  readonly spot?: true
  readonly quota?: number
}

const LABELS = { app: 'web' }
const NAMED = { name: 'web', namespace: 'shop' }
const NLB = 'service.beta.kubernetes.io/aws-load-balancer'

/** An Ingress, or a Service of type LoadBalancer, as the row has it. */
function balancerOf(kind: World['balancers'][number], { delay }: World): readonly object[] {
  const [type = '', target = ''] = kind.split('-')
  const ports = [{ name: 'http', port: 80, targetPort: 8080 }]
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { ...NAMED, name: kind } }
  const attributes =
    delay === undefined ? {} : { attributes: `deregistration_delay.timeout_seconds=${delay}` }
  if (type === 'nlb') {
    const annotations = { [`${NLB}-nlb-target-type`]: target === 'ip' ? 'ip' : 'instance' }
    const local = target === 'local' ? { externalTrafficPolicy: 'Local' } : {}
    const spec = {
      type: 'LoadBalancer',
      loadBalancerClass: 'service.k8s.aws/nlb',
      selector: LABELS,
      ports,
      ...local,
    }
    return [{ ...service, metadata: { ...service.metadata, annotations }, spec }]
  }
  const annotations = {
    'alb.ingress.kubernetes.io/target-type': target,
    ...('attributes' in attributes && {
      'alb.ingress.kubernetes.io/target-group-attributes': attributes.attributes,
    }),
  }
  const backend = { service: { name: kind, port: { number: 80 } } }
  return [
    { ...service, spec: { type: 'NodePort', selector: LABELS, ports } },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { ...NAMED, annotations },
      spec: { ingressClassName: 'alb', defaultBackend: backend },
    },
  ]
}

function surroundingsOf({ maxUnavailable, quota }: World): readonly object[] {
  const disruption = { maxUnavailable, selector: { matchLabels: LABELS } }
  return [
    ...(maxUnavailable === undefined
      ? []
      : [{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: NAMED, spec: disruption }]),
    ...(quota === undefined
      ? []
      : [{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: NAMED, spec: { hard: { pods: quota } } }]),
  ]
}

function plannedIn(world: World): PlannedObject {
  const { kind = 'Deployment', replicas = 3, grace, request, spot } = world
  const annotations = request === undefined ? {} : { 'slackwater.dev/request-seconds': `${request}` }
  const spec = {
    ...(grace !== undefined && { terminationGracePeriodSeconds: grace }),
    ...(spot && { nodeSelector: { 'karpenter.sh/capacity-type': 'spot' } }),
    containers: [{ name: 'app', image: 'web:1', readinessProbe: { tcpSocket: { port: 8080 } } }],
  }
  const workload = {
    apiVersion: 'apps/v1',
    kind,
    metadata: NAMED,
    spec: {
      replicas,
      selector: { matchLabels: LABELS },
      template: { metadata: { labels: LABELS, annotations }, spec },
    },
  }
  const label = { 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' }
  const objects = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: label } },
    workload,
    ...world.balancers.flatMap((one) => balancerOf(one, world)),
    ...surroundingsOf(world),
  ]
  const manifests = readManifests([
    { name: 'world.json', text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }) },
  ])
  const [object] = planManifests({ manifests, settings: settingsWith(), namespace: 'default' }).objects
  if (object === undefined) throw new Error('nothing was planned')
  return object
}

const numbersOf = (world: World): readonly [sleep: number, grace: number] => {
  const { budget } = plannedIn(world).decision
  return [budget?.sleep ?? Number.NaN, budget?.grace ?? Number.NaN]
}

describe('docs/why-not-sleep-40.md', () => {
  const page = 'docs/why-not-sleep-40.md'
  const WORLDS: Readonly<Record<string, World>> = {
    'ALB, ip targets, deregistration delay 30': { balancers: ['alb-ip'], delay: 30 },
    'ALB, ip targets, deregistration delay 300 (AWS’s default)': { balancers: ['alb-ip'] },
    'ALB, ip targets, deregistration delay 5': { balancers: ['alb-ip'], delay: 5 },
    'ALB, ip targets, requests of up to 30 s': { balancers: ['alb-ip'], request: 30 },
    'NLB, ip targets': { balancers: ['nlb-ip'] },
    'ALB, instance targets': { balancers: ['alb-instance'] },
    'NLB, instance targets': { balancers: ['nlb-instance'] },
    'NLB, instance targets, `externalTrafficPolicy: Local`': { balancers: ['nlb-local'] },
    'an ALB and an NLB, both with ip targets': { balancers: ['alb-ip', 'nlb-ip'] },
  }

  test('each situation has the numbers that are computed', () => {
    const rows = rowsAfter(page, '## What a constant does')
    const found = Object.entries(WORLDS).map(([words, world]) => [words, numbersOf(world)])
    expect(rows.map(([words = '', , s, g]) => [words.replace("'", '’'), [Number(s), Number(g)]])).toEqual(
      found,
    )
  })

  test('so have the grace periods of 30 and 60, and Spot behind an NLB', () => {
    const text = read(page)
    const [sleep, grace] = numbersOf({ balancers: ['alb-ip'] })
    expect(text).toContain(`raises the grace period in the same patch: ${grace} for a sleep of ${sleep}`)
    expect(text).toContain(
      `keeps what the application had: ${numbersOf({ balancers: ['alb-ip'], grace: 60 })[1]} for`,
    )
    const [capped, total] = numbersOf({ balancers: ['nlb-ip'], spot: true })
    expect(text).toContain(`at ${capped}, which leaves ${total - capped} s after SIGTERM`)
  })
})

/** `Deployment of 16, ALB, `maxUnavailable: 25%`` */
function worldOf(words: string): World & { readonly replicas: number } {
  const [, kind = '', replicas = '', balancer = '', max] =
    /^(\w+) of (\d+), (ALB|NLB)(?:, `maxUnavailable: (\d+%?)`)?/.exec(words) ?? []
  return {
    kind: kind === 'StatefulSet' ? 'StatefulSet' : 'Deployment',
    replicas: Number(replicas),
    balancers: [balancer === 'ALB' ? 'alb-ip' : 'nlb-ip'],
    ...(max !== undefined && { maxUnavailable: max.endsWith('%') ? max : Number(max) }),
  }
}

const countOrPercent = (max: number | string): CountOrPercent =>
  typeof max === 'number' ? { count: max } : { percent: Number.parseInt(max, 10) }

/** The formulas of the page's own table, with the sleep, shutdown time and gate that the program has. */
function costOf(what: string, world: World & { readonly replicas: number }): readonly [string, string] {
  const { decision } = plannedIn(world)
  const [sleep, exit] = [decision.budget?.sleep ?? 0, decision.budget?.shutdownTime ?? 0]
  const { kind, replicas, maxUnavailable } = world
  if (what === 'pods at once in a rollout') return [`2 × ${replicas}`, `${2 * replicas} pods`]
  if (what === 'held by one rollout') return [`${replicas} × ${sleep}`, `${replicas * sleep} pod-seconds`]
  if (what === 'its rollout takes longer by') return [`${replicas} × ${sleep}`, `${replicas * sleep} s`]
  if (maxUnavailable === undefined) return [`${sleep} + ${exit}`, `${sleep + exit} s`]
  const gate = slowestGate(decision.exposures).time
  const allowed = allowedEvictions(
    { name: 'web', isShared: false, maxUnavailable: countOrPercent(maxUnavailable) },
    replicas,
  )
  const rounds = Math.ceil(Math.ceil(replicas / 2) / allowed)
  if (kind === 'StatefulSet') {
    const each = sleep + exit + gate
    return [`${rounds} × ${each}`, `${rounds * each} s`]
  }
  return [`${rounds - 1} × ${gate} + ${sleep + exit}`, `${(rounds - 1) * gate + sleep + exit} s`]
}

describe('docs/rollouts-drains-quotas.md', () => {
  const page = 'docs/rollouts-drains-quotas.md'
  const rows = rowsAfter(page, '## Examples')

  test('has examples', () => expect(rows.length).toBeGreaterThanOrEqual(10))

  test.for(rows)('%s: %s', ([words = '', what = '', calculation, result]) => {
    expect([calculation, result]).toEqual(costOf(what, worldOf(words)))
  })

  const drains = rows.filter(
    ([words = '', , , result = '']) => /maxUn/.test(words) && Number.parseInt(result, 10) > 300,
  )
  test.for(drains)(
    'a drain of more than 300 s is what a plan says: %s',
    ([words = '', , calculation, result]) => {
      const found = plannedIn(worldOf(words)).findings.find(({ id }) => id === 'drain-time')
      expect(found?.message).toContain(`a drain may take ${result} (${calculation})`)
      const limit = Number.parseInt(result ?? '', 10) > 900 ? '900 s' : '300 s'
      expect(found?.message).toContain(limit)
    },
  )

  test('at twice the replicas a quota is not reached, below it is', () => {
    const found = (quota: number) =>
      plannedIn({ balancers: ['alb-ip'], replicas: 20, quota }).findings.some(
        ({ id }) => id === 'rollout-peak-pods',
      )
    expect([found(40), found(39)]).toEqual([false, true])
  })

  test('its gates, limits and defaults are those of the program', () => {
    const text = read(page).replaceAll('\n', ' ')
    const gate = (balancer: 'alb-ip' | 'nlb-ip') =>
      slowestGate(plannedIn({ balancers: [balancer] }).decision.exposures).time
    expect(text).toContain(`takes up to ${gate('alb-ip')} s, behind an NLB up to ${gate('nlb-ip')} s`)
    expect(text).toContain(
      `S is ${numbersOf({ balancers: ['alb-ip'] })[0]} s behind an ALB and ${numbersOf({ balancers: ['nlb-ip'] })[0]} s behind an NLB`,
    )
    expect(text).toContain(
      `S ≤ ${SPOT_NOTICE} − min(A, ${SHUTDOWN_FLOOR}), that is ${SPOT_NOTICE - SHUTDOWN_FLOOR}`,
    )
    expect(text).toContain(`\`--max-graceful-termination-sec\` | ${AUTOSCALER_LIMIT} |`)
  })
})

test('docs/application.md: keep-alive is above the idle timeout of an ALB, the shutdown below what is left', () => {
  const rows = rowsAfter('docs/application.md', '## What to set')
  const numbersIn = (cell: string) =>
    [...cell.matchAll(/\b(\d[\d_]*)(?=\b|s\b)/g)].map(([, digits = '']) => Number(digits.replaceAll('_', '')))
  const inSeconds = (value: number) => (value >= 1000 ? value / 1000 : value)
  expect(rows.length).toBeGreaterThan(14)
  for (const [framework = '', keepAlive = '', finish = ''] of rows) {
    // A gRPC connection that is in use has an age, in minutes.
    const idle = framework === 'Go gRPC' ? [] : numbersIn(keepAlive).map(inSeconds)
    expect
      .soft(
        idle.filter((one) => one <= AWS_DEFAULTS.idleTimeout.alb),
        framework,
      )
      .toEqual([])
    const shutdown = numbersIn(finish.replaceAll(/since [\d.]+|exit\(0\)/g, ''))
    expect
      .soft(
        shutdown.filter((one) => one >= DEFAULT_GRACE),
        framework,
      )
      .toEqual([])
  }
})

test('docs/why-not-kyverno.md: the policy to copy writes one constant into both places', () => {
  const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(read('docs/why-not-kyverno.md')) ?? []
  const [policy, binding] = parseAllDocuments(text).map((document) => document.toJS())
  expect([policy.kind, binding.kind, binding.spec.policyName]).toEqual([
    'MutatingAdmissionPolicy',
    'MutatingAdmissionPolicyBinding',
    policy.metadata.name,
  ])
  const variables = policy.spec.variables.map(({ name, expression }: Record<string, string>) => [
    name,
    expression,
  ])
  expect(variables[0]).toEqual(['sleep', '40'])
  expect(variables[1]?.[1]).toMatch(new RegExp(` : ${DEFAULT_GRACE}$`))
  for (const { jsonPatch, applyConfiguration } of policy.spec.mutations)
    expect((jsonPatch ?? applyConfiguration).expression).toContain('variables.sleep')
})

describe('docs/fifty-clusters.md', () => {
  const page = read('docs/fifty-clusters.md')

  test('its values are values of the chart', () => {
    const chart = read('charts/slackwater/values.schema.json')
    const { properties } = JSON.parse(chart)
    const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => parse(text))
    expect(blocks.length).toBe(2)
    const unknown = (
      value: unknown,
      schema: Record<string, unknown> | undefined,
      path: string,
    ): readonly string[] => {
      if (schema === undefined) return [path]
      const inner = schema['properties'] as Record<string, Record<string, unknown>> | undefined
      if (typeof value !== 'object' || value === null || Array.isArray(value) || inner === undefined)
        return []
      return Object.entries(value).flatMap(([key, one]) => unknown(one, inner[key], `${path}.${key}`))
    }
    expect(blocks.flatMap((block) => unknown(block, { properties }, ''))).toEqual([])
  })

  test('its alerts exist', () => {
    const rules = read('charts/slackwater/templates/prometheusrule.yaml')
    const named = rowsAfter('docs/fifty-clusters.md', '## Alerts').flatMap(
      ([cell = '']) => cell.match(/\w+Controller\w+|Slackwater\w+/g) ?? [],
    )
    expect(named.length).toBeGreaterThan(4)
    expect(named.filter((alert) => !rules.includes(`alert: ${alert}\n`))).toEqual([])
  })
})

test('docs/see-it-work.md waits at least for the grace periods of an ALB and an NLB', () => {
  const [alb, nlb] = [numbersOf({ balancers: ['alb-ip'] })[1], numbersOf({ balancers: ['nlb-ip'] })[1]]
  expect(read('docs/see-it-work.md')).toContain(`${alb} behind an ALB, ${nlb} behind an NLB`)
  expect(Number(/SETTLE:-(\d+)/.exec(read('docs/see-it-work.md'))?.[1])).toBeGreaterThanOrEqual(alb)
})

describe('the pages for people who decide', () => {
  const [, section = ''] = /^## Before you decide\n([\s\S]*?)^## /m.exec(read('README.md')) ?? []
  const pages = [...section.matchAll(/^- .*\((docs\/[\w-]+\.md)\)/gm)].map(([, page = '']) => page)

  test('are nine, one line each', () => {
    expect(pages.length).toBe(9)
    expect(section.trim().split('\n').length).toBe(pages.length)
  })

  test.for(pages)('%s leads to another, and is led to by another', (page) => {
    const names = pages.filter((other) => other !== page)
    const leads = (from: string, to: string) => read(from).includes(`](${to.replace('docs/', '')}`)
    expect(names.filter((other) => leads(page, other)).length).toBeGreaterThan(0)
    expect(names.filter((other) => leads(other, page)).length).toBeGreaterThan(0)
  })
})
