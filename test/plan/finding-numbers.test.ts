import { describe, expect, test } from 'vitest'
import { DEFAULT_GRACE } from '../../src/core/model/workload.ts'
import type { Plan, PlannedObject } from '../../src/plan/plan.ts'
import { FIXTURES, planOf, planOfText } from '../cli/fixture-plans.ts'
import { settingsWith } from '../core/exposures.ts'

/**
 * The numbers in a message are those of the budget beside it. Each number of seconds is S, G, a term or what a container
 * needs; or it stands in the manifests; or the message itself has the sum that it is; or it is one of the limits that
 * others set, with their name in the message.
 */

/** Kubernetes and AWS set them: Spot's notice, cluster-autoscaler's limit, the waits of a node group. */
const LIMITS: readonly (readonly [number, RegExp])[] = [
  [110, /Spot notice/],
  [600, /cluster-autoscaler/],
  [900, /update waits/],
  [300, /deletion of a node group/],
]

/** Of a kind that is left alone, what it would need. */
const budgetOf = ({ decision: { budget, leftAlone } }: PlannedObject) => budget ?? leftAlone?.budget

function budgetNumbers(object: PlannedObject): readonly number[] {
  const budget = budgetOf(object)
  if (budget === undefined) return []
  const { sleep, grace, needed, shutdownTime, containers, perExposure, caps } = budget
  return [
    ...[sleep, grace, needed.sleep, needed.grace, shutdownTime],
    ...containers.flatMap((one) => [one.sleep, one.shutdownTime]),
    ...perExposure.flatMap(({ terms }) => Object.values(terms).map(({ value }) => value)),
    ...caps.flatMap(({ from, to }) => [from, to]),
  ]
}

const numbersIn = (text: string): readonly number[] =>
  [...text.matchAll(/\d+/g)].map(([digits]) => Number(digits))

/** `(controller 5 + delay 30)` and `81 s + 30 s to exit = 111 s` and `2 × 195 + 170`: what each comes to. */
function sumsIn(message: string): readonly number[] {
  const sums = [...message.matchAll(/[^():,=]*\d[^():,=]*[+×][^():,=]*\d[^():,=]*/g)].map(([text]) => text)
  return sums.flatMap((text) => {
    const parts = text.split('+').map((part) => numbersIn(part).reduce((product, one) => product * one, 1))
    // Of all of it, and without what comes first: from the deregistration, not from the deletion.
    return parts.map((_, at) => parts.slice(at).reduce((sum, one) => sum + one, 0))
  })
}

/** What is left of a grace period after a hook: both stand in the message. */
function differencesIn(message: string): readonly number[] {
  const all = numbersIn(message)
  return /\bleaves?\b|is left/.test(message)
    ? all.flatMap((one) => all.map((other) => Math.max(0, one - other)))
    : []
}

function unexplained(plan: Plan, texts: readonly number[]): readonly string[] {
  return plan.objects.flatMap((object) =>
    object.findings.flatMap(({ id, message }) => {
      const limits = LIMITS.flatMap(([value, owner]) => (owner.test(message) ? [value] : []))
      const known = new Set([
        ...[...budgetNumbers(object), ...texts, ...limits, DEFAULT_GRACE, 0],
        ...[...sumsIn(message), ...differencesIn(message)],
      ])
      const seconds = [...message.matchAll(/(\d+) s\b/g)].map(([, digits]) => Number(digits))
      return seconds.filter((one) => !known.has(one)).map((one) => `${id}: ${one} in "${message}"`)
    }),
  )
}

/** What a message asks for is what the plan has computed: the sleep or that of one container, and the grace period. */
function contradictions(plan: Plan): readonly string[] {
  return plan.objects.flatMap((object) => {
    const { findings } = object
    const budget = budgetOf(object)
    if (budget === undefined) return []
    // A container may need more than the pod's sleep: a proxy that outlives the application.
    const own = budget.containers.map(({ sleep }) => sleep).filter((sleep) => sleep > budget.sleep)
    const sleeps = [budget.needed.sleep, ...own]
    const asked = (pattern: RegExp, right: readonly number[]): readonly string[] =>
      findings.flatMap(({ id, message }) =>
        [...message.matchAll(pattern)]
          .filter(([, digits]) => !right.includes(Number(digits)))
          .map(([text]) => `${id}: "${text}", the budget has ${right.join(', ')}`),
      )
    return [
      ...asked(/no preStop hook on [^:]*: it needs (\d+) s/g, sleeps),
      ...asked(/sleeps \d+ s, it needs (\d+) s/g, sleeps),
      ...asked(/(?:Spot notice|max\w+Seconds) allows (\d+) s/g, [budget.sleep, budget.grace]),
      ...asked(/set terminationGracePeriodSeconds (\d+)/g, [budget.grace]),
      ...asked(/a preStop sleep of (\d+) s/g, [budget.sleep]),
      ...asked(/and a grace period of (\d+) s/g, [budget.grace]),
    ]
  })
}

const withNumbers = (plan: Plan): readonly number[] =>
  numbersIn(JSON.stringify(plan.manifests.map(({ raw }) => raw)))

const noted = (plan: Plan): number =>
  plan.objects.flatMap(({ findings }) => findings.filter(({ message }) => /\d s\b/.test(message))).length

describe('over all fixtures', () => {
  test.for([
    ['as they are', {}],
    ['under maxGraceSeconds', { maxGraceSeconds: 60 }],
    ['under a maxGraceSeconds that leaves next to nothing', { maxGraceSeconds: 32 }],
    ['under maxSleepSeconds', { maxSleepSeconds: 20 }],
  ] as const)('%s', async ([, limits]) => {
    const settings = settingsWith(limits as Parameters<typeof settingsWith>[0])
    let count = 0
    for (const file of FIXTURES) {
      const plan = await planOf(file, settings)
      expect(unexplained(plan, withNumbers(plan)), file).toEqual([])
      expect(contradictions(plan), file).toEqual([])
      count += noted(plan)
    }
    expect(count).toBeGreaterThan(100)
  })
})

/** Behind an NLB: C 5 + P 120 + R 10 + J 5 = 140, + A 30 = 170; on Spot 110 − 30 = 80, + 30 = 110. */
const chat = (spec: string, annotations = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: chat, namespace: shop }
spec:
  replicas: 3
  selector: { matchLabels: { app: chat } }
  template:
    metadata: { labels: { app: chat }, annotations: { slackwater.dev/assume: nlb-ip${annotations} } }
    spec: { ${spec} }
`
const ON_SPOT = 'nodeSelector: { eks.amazonaws.com/capacityType: SPOT }, '
const PLAIN = 'containers: [{ name: app, image: app:1 }]'
const hooked = (hook: string): string =>
  `containers: [{ name: app, image: app:1, lifecycle: { preStop: ${hook} } }]`

const messagesOf = (text: string, settings = settingsWith()): readonly string[] =>
  planOfText(text, settings).objects.flatMap(({ findings }) =>
    findings.map(({ id, message }) => `${id}: ${message}`),
  )

describe('where a limit comes between, both numbers are said', () => {
  test('a sleep that a Spot notice cuts', () => {
    expect(messagesOf(chat(`${ON_SPOT}${PLAIN}`))).toContain(
      'prestop-missing: no preStop hook on app: it needs 140 s, a Spot notice allows 80 s',
    )
    // A 30 − 20 = 10, and 110 − 10.
    expect(messagesOf(chat(`${ON_SPOT}${hooked('{ sleep: { seconds: 20 } }')}`))).toContain(
      'prestop-too-short: preStop of app sleeps 20 s, it needs 140 s, a Spot notice allows 100 s',
    )
    expect(messagesOf(chat(`${ON_SPOT}${hooked('{ exec: { command: [/drain] } }')}`))).toContain(
      'prestop-unknown-length: the length of the preStop hook on app is unknown: if it does not wait 80 s, begin it with sleep 80 (it needs 140 s, a Spot notice allows 80 s)',
    )
  })

  test('a sleep that is longer than the cut one is not longer than needed', () => {
    // 100 > 80 + 10, and 100 < 140.
    const messages = messagesOf(chat(`${ON_SPOT}${hooked('{ sleep: { seconds: 100 } }')}`))
    expect(messages.filter((text) => text.startsWith('sleep-longer-than-needed'))).toEqual([])
  })

  test('a grace period that maxGraceSeconds keeps down', () => {
    const text = chat(`terminationGracePeriodSeconds: 25, ${hooked('{ exec: { command: [/drain] } }')}`)
    const settings = settingsWith({ maxGraceSeconds: 150 } as Parameters<typeof settingsWith>[0])
    const [told = ''] = messagesOf(text, settings).filter((one) => one.startsWith('grace-too-short'))
    // A 25 is what it had: 140 + 25 = 165 > 150.
    expect(told).toMatch(/set terminationGracePeriodSeconds 150, maxGraceSeconds allows no more$/)
  })

  test('a grace period that stays although more is needed', () => {
    const text = chat(
      `terminationGracePeriodSeconds: 100, ${hooked('{ exec: { command: [sleep, "100"] } }')}`,
    )
    const settings = settingsWith({ maxGraceSeconds: 90 } as Parameters<typeof settingsWith>[0])
    const [told = ''] = messagesOf(text, settings).filter((one) => one.startsWith('grace-too-short'))
    // The hook takes all of it. 140 + A 30 is needed.
    expect(told).toMatch(/: it needs 170 s, maxGraceSeconds allows 100 s$/)
  })
})

test('the checks notice a number that is not the budget’s', () => {
  const plan = planOfText(chat(PLAIN), settingsWith())
  const [object] = plan.objects
  if (object === undefined) throw new Error('one is planned')
  const saying = (message: string): Plan => ({
    ...plan,
    objects: [
      {
        ...object,
        findings: [
          { id: 'prestop-missing', severity: 'warning', holds: 'after', message, brief: '', action: '' },
        ],
      },
    ],
  })
  const texts = withNumbers(plan)
  expect(unexplained(saying('it needs 141 s'), texts)).toHaveLength(1)
  expect(unexplained(saying('until 135 s (controller 5 + propagation 120 + request 10)'), texts)).toEqual([])
  expect(
    unexplained(saying('until 134 s (controller 5 + propagation 120 + request 10)'), texts),
  ).toHaveLength(1)
  expect(contradictions(saying('no preStop hook on app: it needs 30 s'))).toHaveLength(1)
  expect(contradictions(saying('set terminationGracePeriodSeconds 140'))).toHaveLength(1)
  expect(contradictions(saying('set terminationGracePeriodSeconds 170'))).toEqual([])
})
