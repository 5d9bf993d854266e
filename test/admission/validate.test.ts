import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { admit } from '../../src/admission/admit.ts'
import { type AdmissionRequest, type Answer, reviewOf } from '../../src/admission/review.ts'
import { validate } from '../../src/admission/validate.ts'
import { FINDINGS } from '../../src/core/findings/catalogue.ts'
import { DENIABLE } from '../../src/core/findings/deniable.ts'
import { seconds } from '../../src/core/model/seconds.ts'
import type { FindingLevel, Settings } from '../../src/core/model/settings.ts'
import { applyToCopy } from '../../src/kubernetes/proof.ts'
import { template as anyTemplate } from '../assessment/arbitrary.ts'
import { runsOf } from '../depth.ts'
import {
  deployment,
  injected,
  type JsonObject,
  knowing,
  namespace,
  podOf,
  requestFor,
  template,
} from './world.ts'

/** What stands in the object that is stored, said or refused. Behind an ALB with ip targets: sleep 45, grace 75. */

interface Asked extends Partial<AdmissionRequest> {
  readonly settings?: Partial<Settings>
  readonly known?: readonly JsonObject[]
}

const answerTo = (object: JsonObject, { settings, known, ...further }: Asked = {}): Answer =>
  validate(requestFor(object, further), knowing(known, settings))

const saidOf = (answer: Answer): readonly string[] =>
  JSON.parse(reviewOf('u', answer).body).response.warnings ?? []

/** The ids that the lines of an answer begin with. */
const idsOf = (answer: Answer): readonly string[] =>
  saidOf(answer).map((line) => /^slackwater: ([a-z-]+): /.exec(line)?.[1] ?? line)

/** As the load balancer checks: the Service's port is the container's. */
const PROBE = { readinessProbe: { httpGet: { path: '/', port: 80 } } }
const OUR_HOOK = { lifecycle: { preStop: { sleep: { seconds: 45 } } } }
const ENDS_SERVER = { lifecycle: { preStop: { exec: { command: ['nginx', '-s', 'quit'] } } } }

/** Nothing is found in it. */
const SOUND = deployment(injected({ container: { ...OUR_HOOK, ...PROBE } }))
/** Only prestop-ends-server is found in it. */
const ENDING = deployment(template({ grace: 90, container: { ...ENDS_SERVER, ...PROBE } }))
const ENDING_NEXT = deployment(
  template({ grace: 90, labels: { version: 'next' }, container: { ...ENDS_SERVER, ...PROBE } }),
)
const BARE = deployment(template({ container: PROBE }))
/** A color for the terminal, and letters from right to left. */
const ESCAPES = '\u001b[31m\u202e'
const HIDDEN = /[\p{Cc}\p{Cf}]/u

const DENY = { settings: { findings: { 'prestop-ends-server': 'deny' } } } as const

const owned = (object: JsonObject): JsonObject => ({
  ...object,
  metadata: {
    ...(object['metadata'] as JsonObject),
    ownerReferences: [{ apiVersion: 'x/v1', kind: 'App', name: 'a', controller: true }],
  },
})

const annotated = (object: JsonObject, annotations: JsonObject): JsonObject => ({
  ...object,
  metadata: { ...(object['metadata'] as JsonObject), annotations },
})

describe('what stands in the object that is stored', () => {
  test('nothing is said of what the mutating webhook has just ended', () => {
    const request = requestFor(BARE)
    const { operations } = admit(request, knowing())
    expect(operations.length).toBeGreaterThan(0)
    const stored = applyToCopy(BARE, operations) as JsonObject
    expect(answerTo(stored)).toMatchObject({ outcome: 'nothing-found', warnings: [], operations: [] })
  })

  test('what our change would end is said where it is not in the object: another webhook took it out', () => {
    expect(idsOf(answerTo(BARE))).toEqual(['prestop-missing'])
  })

  test('and in dry-run', () => {
    expect(idsOf(answerTo(BARE, { settings: { mode: 'dry-run' } }))).toEqual(['prestop-missing'])
  })

  test('not where the Pods get it when they are created', () => {
    expect(idsOf(answerTo(BARE, { settings: { injectInto: 'pods' } }))).toEqual([])
    const dry = { injectInto: 'pods', mode: 'dry-run' } as const
    expect(idsOf(answerTo(BARE, { settings: dry }))).toEqual(['prestop-missing'])
  })

  test('a label that the leader is about to set is said where nobody sets it', () => {
    const webhook: JsonObject = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: 'lbc' },
      webhooks: [
        {
          name: 'mpod.elbv2.k8s.aws',
          namespaceSelector: { matchLabels: { 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' } },
        },
      ],
    }
    const known = [webhook, namespace({})]
    const settings = (namespaceLabels: Settings['namespaceLabels']) => ({
      known,
      settings: { namespaceLabels },
    })
    expect(idsOf(answerTo(SOUND, settings('enforce')))).toEqual([])
    expect(idsOf(answerTo(SOUND, settings('report')))).toEqual(['readiness-gate-missing'])
    expect(
      idsOf(answerTo(SOUND, { known, settings: { namespaceLabels: 'enforce', mode: 'dry-run' } })),
    ).toEqual(['readiness-gate-missing'])
  })

  test('what our change would bring is no finding of the stored object', () => {
    // Our hook of 45 s would make every failing probe wait: liveness-grace, information.
    const probed = deployment(template({ container: { ...PROBE, livenessProbe: { httpGet: { port: 1 } } } }))
    const findings = { 'liveness-grace': 'warn', 'prestop-missing': 'off' } as const
    expect(idsOf(answerTo(probed, { settings: { mode: 'dry-run', findings } }))).toEqual([])
  })

  test('what is behind no load balancer is left alone', () => {
    const other = deployment({ ...template(), metadata: { labels: { app: 'other' } } })
    expect(answerTo(other).outcome).toBe('nothing-found')
  })
})

describe('levels', () => {
  const all = (level: FindingLevel) => Object.fromEntries(Object.keys(FINDINGS).map((id) => [id, level]))

  test('information is said only if it is asked for; off says nothing', () => {
    // Replicas 1: rollout with maxSurge 25 % of 1 = 1, so that there is an overlap and no outage.
    const one = deployment(injected({ container: { ...OUR_HOOK, ...PROBE } }), {}, { replicas: 1 })
    expect(idsOf(answerTo(one))).toEqual([])
    expect(idsOf(answerTo(one, { settings: { findings: { 'single-replica': 'warn' } } }))).toEqual([
      'single-replica',
    ])
    expect(idsOf(answerTo(BARE, { settings: { findings: { 'prestop-missing': 'off' } } }))).toEqual([])
  })

  test('at most five lines and a count, the most severe first, each of at most 120 characters', () => {
    const container = {
      lifecycle: { preStop: { sleep: { seconds: 5 } } },
      livenessProbe: { httpGet: { port: 8080 } },
    }
    const worst = template({
      grace: 700,
      container,
      annotations: { 'slackwater.dev/assume': 'nlb-instance' },
    })
    const object = deployment(worst, {}, { replicas: 1, strategy: { rollingUpdate: { maxUnavailable: 1 } } })
    const answer = answerTo(object, { settings: { mode: 'dry-run', findings: all('warn') } })
    const lines = saidOf(answer)
    expect(lines).toHaveLength(6)
    const severities = idsOf(answer)
      .slice(0, 5)
      .map((id) => FINDINGS[id as keyof typeof FINDINGS].severity)
    expect(severities).toEqual(severities.toSorted().toReversed())
    const count = String(answer.auditAnnotations['findings']).split(', ').length
    expect(lines[5]).toBe(`slackwater: ${count - 5} more findings: see slackwater plan, or its report`)
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(120)
  })

  test('a name of 250 characters and escapes are no way out of the line', () => {
    const name = `${ESCAPES}${'x'.repeat(240)}`
    const { spec } = ENDING as unknown as {
      readonly spec: { readonly template: { readonly spec: JsonObject } }
    }
    const [container] = spec.template.spec['containers'] as readonly JsonObject[]
    const containers = [{ ...container, name }]
    const object = { ...ENDING, spec: { ...spec, template: { ...spec.template, spec: { containers } } } }
    const [line = ''] = saidOf(answerTo(object))
    expect([...line].length).toBeLessThanOrEqual(120)
    expect(line).not.toMatch(HIDDEN)
    const { body } = reviewOf('u', answerTo(object, DENY))
    expect(JSON.parse(body).response.status.message.replaceAll('\n', '')).not.toMatch(HIDDEN)
  })
})

describe('a refusal', () => {
  const denied = (answer: Answer): readonly string[] => answer.denial?.findings ?? []

  test('says what, the cure, how to accept it and where it is explained, with 403', () => {
    const { response } = JSON.parse(reviewOf('u', answerTo(ENDING, DENY)).body)
    expect(response).toMatchObject({ uid: 'u', allowed: false, status: { code: 403, reason: 'Forbidden' } })
    expect(response.patch).toBeUndefined()
    const [what, accept, page, ...more] = response.status.message.split('\n')
    expect(what).toMatch(/^slackwater: denied prestop-ends-server: .*nginx.*; .+;$/)
    expect([accept, page, ...more]).toEqual([
      'to accept it, annotate Deployment web: slackwater.dev/accept: "prestop-ends-server: WHY"',
      'https://github.com/slackwater/slackwater/blob/main/docs/findings/prestop-ends-server.md',
    ])
    expect(answerTo(ENDING, DENY)).toMatchObject({
      outcome: 'denied',
      auditAnnotations: { findings: 'prestop-ends-server', denied: 'prestop-ends-server' },
    })
  })

  test('a dry run of the API server is answered as the real request', () => {
    expect(answerTo(ENDING, { ...DENY, dryRun: true })).toEqual(answerTo(ENDING, DENY))
  })

  test('the other findings are still said', () => {
    const answer = answerTo(deployment(template({ grace: 90, container: ENDS_SERVER })), DENY)
    expect([denied(answer), idsOf(answer)]).toEqual([['prestop-ends-server'], ['readiness-probe-missing']])
  })

  test.for<[string, JsonObject, Asked]>([
    [
      'accepted on the workload',
      annotated(ENDING, { 'slackwater.dev/accept': 'prestop-ends-server: ok' }),
      DENY,
    ],
    [
      'accepted in the settings',
      ENDING,
      { settings: { ...DENY.settings, accept: { 'prestop-ends-server': 'ok' } } },
    ],
    ['mode off', ENDING, { settings: { ...DENY.settings, mode: 'off' } }],
    ['an excluded namespace', ENDING, { settings: { ...DENY.settings, excludedNamespaces: ['shop'] } }],
    ['our own namespace', ENDING, { settings: { ...DENY.settings, ownNamespace: 'shop' } }],
    ['what a controller owns', owned(ENDING), DENY],
    [
      'what is being deleted',
      { ...ENDING, metadata: { name: 'web', namespace: 'shop', deletionTimestamp: '2026-03-01T08:00:00Z' } },
      { ...DENY, operation: 'UPDATE', oldObject: SOUND },
    ],
    [
      'an update that leaves the template',
      { ...ENDING, metadata: { name: 'web', labels: { a: 'b' } } },
      { ...DENY, operation: 'UPDATE', oldObject: ENDING },
    ],
    ['the scale of it', ENDING, { ...DENY, subResource: 'scale', operation: 'UPDATE' }],
    ['its status', ENDING, { ...DENY, subResource: 'status', operation: 'UPDATE' }],
    ['its deletion', ENDING, { ...DENY, operation: 'DELETE' }],
    ['a Pod of a workload', podOf(template({ container: ENDS_SERVER })), DENY],
  ])('nothing is said of, or refused: %s', ([, object, asked]) => {
    const answer = answerTo(object, asked)
    expect([answer.denial, answer.warnings]).toEqual([undefined, []])
  })

  test('dry-run says what would be', () => {
    const answer = answerTo(ENDING, { settings: { ...DENY.settings, mode: 'dry-run' } })
    expect(answer.denial).toBeUndefined()
    expect(saidOf(answer)).toEqual([
      expect.stringMatching(/^slackwater: dry-run: would be denied: prestop-ends-server: .+; .+$/),
    ])
    expect(saidOf(answer)[0]?.length).toBeLessThanOrEqual(120)
  })

  test('what would be denied is among the five that are said', () => {
    // One more of severity warning for each of these: without its place in front it would be the sixth.
    const container = { ...ENDS_SERVER, livenessProbe: { httpGet: { port: 8080 } } }
    const annotations = { 'slackwater.dev/assume': 'nlb-instance' }
    const object = deployment(template({ grace: 700, container, annotations }), {}, { replicas: 1 })
    const findings = { ...Object.fromEntries(Object.keys(FINDINGS).map((id) => [id, 'warn' as const])) }
    const lines = (denied: keyof typeof DENIABLE) =>
      saidOf(answerTo(object, { settings: { mode: 'dry-run', findings: { ...findings, [denied]: 'deny' } } }))
    for (const id of ['prestop-ends-server', 'readiness-probe-missing'] as const)
      expect(lines(id)[0]).toMatch(new RegExp(`^slackwater: dry-run: would be denied: ${id}: `))
  })

  test('an update whose stored object has it already is warned; a new one is refused', () => {
    const from = (oldObject: JsonObject) => answerTo(ENDING_NEXT, { ...DENY, operation: 'UPDATE', oldObject })
    expect([denied(from(ENDING)), idsOf(from(ENDING))]).toEqual([[], ['prestop-ends-server']])
    expect(denied(from(SOUND))).toEqual(['prestop-ends-server'])
    // Accepted or not: it stands there.
    const accepted = annotated(ENDING, { 'slackwater.dev/accept': 'prestop-ends-server: ok' })
    expect(denied(from(accepted))).toEqual([])
  })

  test('where the stored object cannot be read nothing counts as new', () => {
    for (const oldObject of [null, deployment({ spec: { containers: 'none' } })]) {
      const answer = answerTo(ENDING, { ...DENY, operation: 'UPDATE', oldObject })
      expect([denied(answer), idsOf(answer)]).toEqual([[], ['prestop-ends-server']])
    }
  })

  test.for<[string, JsonObject]>([
    // One replica that is deleted first: every replacement is an outage, and a hook changes nothing about it.
    ['nobody could serve', { replicas: 1, strategy: { type: 'Recreate' } }],
    ['mode was off', { metadata: { labels: { 'slackwater.dev/mode': 'off' } } }],
  ])('nor where nobody looked for it in the stored object: %s', ([, { metadata, ...spec }]) => {
    const { spec: stored } = ENDING as { readonly spec?: JsonObject }
    const oldObject = deployment(stored?.['template'], metadata as JsonObject | undefined, spec)
    const answer = answerTo(ENDING_NEXT, { ...DENY, operation: 'UPDATE', oldObject })
    expect([denied(answer), idsOf(answer)]).toEqual([[], ['prestop-ends-server']])
  })

  test('information is never refused, and grace-too-short only where every hook has a known length', () => {
    const known = { lifecycle: { preStop: { sleep: { seconds: 60 } } }, ...PROBE }
    const open = { lifecycle: { preStop: { exec: { command: ['/drain.sh'] } } }, ...PROBE }
    // Nobody raises the grace period.
    const settings: Partial<Settings> = {
      maxHookGraceSeconds: seconds(1),
      findings: { 'grace-too-short': 'deny' },
    }
    const with_ = (container: JsonObject) =>
      answerTo(deployment(template({ grace: 20, container })), { settings })
    expect(denied(with_(known))).toEqual(['grace-too-short'])
    const answer = with_(open)
    expect([denied(answer), idsOf(answer)]).toEqual([[], ['grace-too-short']])
  })
})

describe('what is not certain is warned of, and not refused', () => {
  const ALL: Partial<Settings> = {
    findings: Object.fromEntries(Object.keys(DENIABLE).map((id) => [id, 'deny' as const])),
  }
  const exec = (...command: readonly string[]) => ({
    lifecycle: { preStop: { exec: { command } } },
    ...PROBE,
  })
  const short = deployment(template({ grace: 30, container: exec('sleep', '60') }))
  const refused = (object: JsonObject, asked: Asked = {}) => {
    const answer = answerTo(object, { ...asked, settings: { ...ALL, ...asked.settings } })
    return [answer.denial?.findings ?? [], idsOf(answer)]
  }
  /** `strategy` of a Deployment; replicas as told. */
  const rolling = (maxUnavailable: unknown, spec: JsonObject) =>
    deployment(
      template({ grace: 75, container: { ...OUR_HOOK, ...PROBE } }),
      {},
      {
        strategy: { rollingUpdate: { maxUnavailable } },
        ...spec,
      },
    )
  const minimum = (minReplicas: number): JsonObject => ({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas,
      maxReplicas: 9,
    },
  })

  test('what our missing change would have ended: the mutating webhook did not answer in time', () => {
    expect(refused(short)).toEqual([[], ['grace-too-short']])
    // With the change there is nothing to refuse, so dry-run does not say that it would be.
    expect(saidOf(answerTo(short, { settings: { ...ALL, mode: 'dry-run' } }))).toEqual([
      expect.stringMatching(/^slackwater: grace-too-short: /),
    ])
  })

  test('a grace period that our own hook makes too short', () => {
    // Stated: shutdown 40 within grace 60. At most 60 s in all, so our hook of at least a second leaves less than 40.
    const annotations = { 'slackwater.dev/shutdown-seconds': '40' }
    const fits = deployment(template({ grace: 60, container: PROBE, annotations }))
    const settings: Partial<Settings> = { ...ALL, maxGraceSeconds: seconds(60) }
    const { operations } = admit(requestFor(fits), knowing([], settings))
    const stored = applyToCopy(fits, operations) as JsonObject
    const [denials, said] = refused(stored, { settings })
    expect(denials).toEqual([])
    expect(said).toContain('grace-too-short')
  })

  test('a container that is ready only when its startup probe has passed, or a sidecar its probe', () => {
    const started = template({
      grace: 75,
      container: { ...OUR_HOOK, startupProbe: { httpGet: { port: 80 } } },
    })
    expect(refused(deployment(started))).toEqual([[], ['readiness-probe-missing']])
    const plain = template({ grace: 75, container: OUR_HOOK })
    const sidecar = { name: 'proxy', restartPolicy: 'Always', ...PROBE }
    const spec = { ...(plain['spec'] as JsonObject), initContainers: [sidecar] }
    expect(refused(deployment({ ...plain, spec }))).toEqual([[], ['readiness-probe-missing']])
    expect(refused(deployment(plain))[0]).toEqual(['readiness-probe-missing'])
  })

  test.for<[readonly string[], boolean]>([
    [['nginx', '-s', 'quit'], true],
    [['kill', '-QUIT', '42'], false],
    [['pkill', 'worker'], false],
    [['supervisorctl', 'stop', 'worker'], false],
    [['pm2', 'stop', 'worker'], false],
    [['curl', '-XPOST', 'localhost:15020/quitquitquit'], false],
  ])('a command that may end another process than the server: %s', ([command, isCertain]) => {
    const object = deployment(template({ grace: 90, container: exec(...command) }))
    const id = 'prestop-ends-server'
    expect(refused(object)).toEqual(isCertain ? [[id], []] : [[], [id]])
  })

  test('of two containers only the certain one is refused, or would be', () => {
    const [nginx, signal] = [exec('nginx', '-s', 'quit'), exec('kill', '-QUIT', '42')]
    const containers = [
      { name: 'app', ...nginx },
      { name: 'worker', ...signal },
    ]
    const two = deployment({ ...template(), spec: { terminationGracePeriodSeconds: 90, containers } })
    const { denial, warnings } = answerTo(two, { settings: ALL })
    expect([denial?.findings, warnings]).toEqual([
      ['prestop-ends-server'],
      [expect.stringContaining('preStop of worker')],
    ])
    expect(saidOf(answerTo(two, { settings: { ...ALL, mode: 'dry-run' } }))).toEqual([
      expect.stringMatching(/^slackwater: dry-run: would be denied: prestop-ends-server: .*of app/),
      expect.stringMatching(/^slackwater: prestop-ends-server: .*of worker/),
    ])
  })

  test('one replica, which the API server may have filled in before the autoscaler is there', () => {
    const id = 'rollout-loses-capacity'
    expect(refused(rolling(2, { replicas: 1 }))).toEqual([[], [id]])
    expect(refused(rolling(2, { replicas: 2 }))).toEqual([[id], []])
    expect(refused(rolling('100%', { replicas: 1 }))).toEqual([[id], []])
    expect(refused(rolling(2, { replicas: 1 }), { known: [minimum(2)] })).toEqual([[id], []])
    expect(refused(rolling(2, { replicas: 1 }), { known: [minimum(3)] })).toEqual([[], []])
  })

  describe('a Service that publishes what is not ready', () => {
    const service: JsonObject = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'shop' },
      spec: {
        publishNotReadyAddresses: true,
        selector: { app: 'web' },
        ports: [{ port: 80 }, { port: 81 }],
      },
    }
    const ingress = (annotations: JsonObject, name = 'web', number = 80): JsonObject => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name, namespace: 'shop', annotations },
      spec: { ingressClassName: 'alb', defaultBackend: { service: { name: 'web', port: { number } } } },
    })
    const id = 'publish-not-ready-addresses'

    test('with a target type that is assumed', () => {
      expect(refused(SOUND, { known: [service] })).toEqual([[id], []])
      // Of type ip, since the Service has no node port.
      expect(refused(SOUND, { known: [service, ingress({})] })).toEqual([[], [id]])
    })

    test('is one finding for all its target groups', () => {
      const ip = { 'alb.ingress.kubernetes.io/target-type': 'ip' }
      const off = { findings: { ...ALL.findings, 'health-check-differs': 'off' } } as const
      const known = [service, ingress(ip, 'other', 81)]
      expect(refused(SOUND, { known, settings: off })).toEqual([[id], []])
    })
  })

  test('in a namespace that was created a moment ago', () => {
    const judged = (known: readonly JsonObject[]) => {
      const knowledge = knowing(known, DENY.settings)
      const traffic = { ...knowledge.inventory, workloads: () => [], objects: undefined }
      return validate(requestFor(ENDING), { ...knowledge, traffic: traffic as never })
    }
    expect([judged([]).denial, idsOf(judged([]))]).toEqual([undefined, ['prestop-ends-server']])
    expect(judged([namespace({})]).denial?.findings).toEqual(['prestop-ends-server'])
  })
})

test('a refusal of many containers stays short, and says once how to accept it', () => {
  const [container] = (ENDING as unknown as { spec: { template: { spec: { containers: JsonObject[] } } } })
    .spec.template.spec.containers
  const containers = Array.from({ length: 20 }, (_, index) => ({ ...container, name: `c${index}` }))
  const many = deployment({ ...template(), spec: { terminationGracePeriodSeconds: 90, containers } })
  const lines = answerTo(many, DENY).denial?.message.split('\n') ?? []
  expect(lines).toHaveLength(8)
  expect(lines.slice(5, 7)).toEqual([
    '15 more of it;',
    'to accept it, annotate Deployment web: slackwater.dev/accept: "prestop-ends-server: WHY"',
  ])
})

test('a kind whose group is a word of JavaScript is no concern', () => {
  const request = requestFor(SOUND, { kind: { group: 'constructor', version: 'v1', kind: 'Service' } })
  expect(validate(request, knowing()).outcome).toBe('not-concerned')
})

describe('what cannot be judged passes, without a word and audited', () => {
  test.for<[string, JsonObject, string]>([
    [
      'unreadable',
      deployment({ spec: { containers: {} } }),
      'spec.template.spec.containers: expected a list, got a mapping',
    ],
    [
      'too-large',
      deployment({ spec: { containers: Array.from({ length: 1001 }, () => ({ name: 'c' })) } }),
      'too large: 1001 containers in one review, at most 1000 are read',
    ],
  ])('%s', ([outcome, object, unchecked]) => {
    expect(answerTo(object, DENY)).toEqual({
      outcome,
      operations: [],
      warnings: [],
      auditAnnotations: { unchecked },
      log: { problem: unchecked },
    })
  })

  test('in doubt', () => {
    const knowledge = knowing([], DENY.settings)
    const inventory = new Proxy(knowledge.inventory, {
      get: (target, key) =>
        key === 'doubt' ? () => 'services not up to date' : Reflect.get(target, key, target),
    })
    expect(validate(requestFor(ENDING), { ...knowledge, inventory })).toMatchObject({
      outcome: 'in-doubt',
      warnings: [],
      auditAnnotations: { unchecked: 'services not up to date' },
    })
  })
})

test('each id that may be denied is one of the catalogue, and none of them is information', () => {
  for (const id of Object.keys(DENIABLE))
    expect(FINDINGS[id as keyof typeof FINDINGS].severity, id).not.toBe('information')
})

/** Of generated templates, created and changed. */
describe('with everything on warn nothing is refused, and on deny nobody is locked out', () => {
  const levels = (level: FindingLevel, ids: readonly string[]) =>
    Object.fromEntries(ids.map((id) => [id, level]))
  const property = (check: (one: JsonObject, other: JsonObject) => void): void =>
    fc.assert(
      fc.property(anyTemplate, anyTemplate, (one, other) =>
        check(deployment(behind(one)), deployment(behind(other))),
      ),
      { numRuns: runsOf(500, 5) },
    )
  const behind = (one: JsonObject): JsonObject => ({
    ...one,
    metadata: { ...(one['metadata'] as JsonObject), labels: { app: 'web' } },
  })

  test('on warn', () => {
    const settings = { findings: levels('warn', Object.keys(FINDINGS)) }
    let said = 0
    property((one, other) => {
      const created = answerTo(one, { settings })
      const updated = answerTo(other, { settings, operation: 'UPDATE', oldObject: one })
      said += saidOf(created).length
      for (const answer of [created, updated]) {
        expect(JSON.parse(reviewOf('u', answer).body).response.allowed).toBe(true)
        expect(answer.operations).toEqual([])
        expect(saidOf(answer).length).toBeLessThanOrEqual(6)
        for (const line of saidOf(answer)) expect([...line].length).toBeLessThanOrEqual(120)
      }
    })
    expect(said).toBeGreaterThan(0)
  })

  test('on deny: whoever changes what is stored is not refused for what stands in it', () => {
    const settings = { findings: levels('deny', Object.keys(DENIABLE)) }
    let [tried, refused] = [0, 0]
    property((generated, other) => {
      // Few generated templates have what is certain: every second one gets it.
      const one = tried++ % 2 === 0 ? generated : withLegacyGate(generated)
      if (answerTo(one, { settings }).denial !== undefined) refused++
      const known = new Set(String(answerTo(one, { settings }).auditAnnotations['findings']).split(', '))
      const { denial } = answerTo(other, { settings, operation: 'UPDATE', oldObject: one })
      for (const id of denial?.findings ?? []) expect(known).not.toContain(id)
    })
    expect(refused).toBeGreaterThan(0)
  })
})

function withLegacyGate(object: JsonObject): JsonObject {
  const changed = structuredClone(object) as JsonObject & {
    spec: { template: { spec: Record<string, unknown> } }
  }
  changed.spec.template.spec['readinessGates'] = [
    { conditionType: 'target-health.alb.ingress.k8s.aws/web_web_80' },
  ]
  return changed
}
