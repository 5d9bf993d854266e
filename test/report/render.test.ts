import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { paperOf } from '../../src/render/paint.ts'
import { reportText } from '../../src/render/report-text.ts'
import type { Report } from '../../src/report/schema.ts'
import { injected } from '../admission/world.ts'
import { DEPLOYMENTS, INGRESSES, PODS, SERVICES } from '../cluster/fake-api-server.ts'
import { notPrinted } from '../docs-commands/sample.ts'
import { bigCluster } from './big-cluster.ts'
import { ReportedCluster } from './cluster.ts'

const plain = { ...paperOf({ width: 80, color: false }), details: false }

const HANDOVER = 'slackwater handover deployment/web -n shop'

describe('a first install into 200 namespaces with 2,000 workloads', () => {
  const cluster = new ReportedCluster({ mode: 'dry-run' })
  let report: Report
  let lines: readonly string[]

  beforeAll(async () => {
    const { services, ingresses, deployments, pods } = bigCluster(200)
    cluster.put(SERVICES, ...services).put(INGRESSES, ...ingresses)
    cluster.put(DEPLOYMENTS, ...deployments).put(PODS, ...pods)
    await cluster.start()
    report = await cluster.report()
    lines = reportText(report, plain).split('\n')
  })
  afterAll(() => cluster.server.stop())

  const screen = () => lines.slice(0, 40).join('\n')

  test('totals come first, on one screen', () => {
    const totals = lines.findIndex((line) => line.startsWith('Namespaces '))
    expect(totals).toBeGreaterThan(0)
    expect(totals).toBeLessThan(40)
  })

  // 180 namespaces of 200 hold three workloads each behind an ALB, one of each state, with two Pods each.
  test.for([
    'Slackwater 1.2.3, mode dry-run, all namespaces',
    '  ! 180 workloads with a hook or grace period that is too short or unknown',
    '      Deployment team-000/old, Deployment team-001/old and 178 more',
    '540 of 2,000 workloads in 200 namespaces are behind a load balancer',
    '    180  protected ',
    '    180  would change ',
    '    180  too short ',
    '1,080 Pods run behind load balancers',
    '    360  without a preStop hook',
    '  1,080  without a readiness gate',
    '    180  prestop-missing: ',
  ])('the first screen says: %s', (words) => expect(screen()).toContain(words))

  test.for<[string, readonly string[], string | undefined]>([
    ['nothing', [HANDOVER], 'slackwater handover KIND/NAME'],
    ['not for all of them', [`mode enforce, then ${HANDOVER}`, HANDOVER], 'slackwater handover KIND/NAME'],
    ['the mode', [`mode enforce, then ${HANDOVER}`], 'mode enforce, then slackwater handover KIND/NAME'],
    [
      'this and that',
      [`mode enforce, then ${HANDOVER}`, `label the namespace, then ${HANDOVER}`],
      'after the first step of each cure (--details shows it), slackwater handover KIND/NAME',
    ],
    ['no handover helps', ['raise the hook in the manifest'], undefined],
  ])('what comes before the next command, a handover: %s', ([, cures, next]) => {
    const [some] = report.workloads
    if (some === undefined) throw new Error('no workload')
    const counts = { running: 1, withoutHook: 1, shortHook: 0, shortGrace: 0, withoutGate: 0, gateNotMet: 0 }
    const workloads = cures.map((cure) => ({ ...some, pods: { ...counts, cure } }))
    const text = reportText({ ...report, workloads }, plain)
    const [, last] = text.replaceAll(/\s+/g, ' ').split(' Next ')
    expect(last?.split(' -n ')[0]).toBe(next)
  })

  test('docs/report.md shows lines of it', () => {
    const printed = lines.join('\n').replace('Slackwater 1.2.3', `Slackwater ${packageJson.version}`)
    expect(notPrinted('docs/report.md', 'Slackwater ', printed)).toEqual([])
  })

  test('namespaces next, one line each; those with nothing to report are one line together', () => {
    const row = lines.find((line) => line.startsWith('  team-000 '))
    // exposed, fine, change, other, no hook (two of web, two too short of old count as the larger), no gate
    expect(row?.trim().split(/\s+/)).toEqual(['team-000', '3', '1', '1', '1', '2', '6'])
    expect(lines).toContain('  and 20 namespaces with nothing to report')
    expect(lines.some((line) => line.startsWith('  team-009 '))).toBe(false)
  })

  test('then workloads, each with its reason; a protected one is only counted', () => {
    const start = lines.indexOf('Namespace team-000')
    const block = lines.slice(start, lines.indexOf('', start)).join('\n')
    expect(block).toContain('  Deployment web: would change, sleep 45 s, grace period 75 s')
    expect(block).toContain('  Deployment old: too short, needs sleep 45 s, grace period')
    expect(block).toContain('behind ALB, ip targets of Ingress team-000/web')
    expect(block).toContain('→ add preStop sleep 45 s to app; set terminationGracePeriodSeconds 30 → 75')
    expect(block).toContain('  and 1 workload with nothing to report')
    expect(block).not.toContain('Deployment shop')
  })

  // 180 namespaces with one workload each whose own hook is too short.
  test('the JSON has the concerns that the text has, each workload by itself', () => {
    const { concerns = [], ...older } = report
    expect(concerns.map(({ id, object }) => `${id} ${object?.name}`)).toEqual(
      Array(180).fill('too-short old'),
    )
    expect(reportText(older, plain)).toBe(lines.join('\n'))
    expect(reportText({ ...report, concerns: concerns.slice(0, 1) }, plain)).toContain(
      '  ! 1 workload with a hook',
    )
    expect(reportText({ ...report, concerns: [] }, plain)).not.toContain('Needs attention')
  })

  test('a concern that only a newer version knows is told in its own words', () => {
    const newer = { id: 'some-day', severity: 'warning', text: 'web is odd', cure: 'mend it' } as const
    expect(reportText({ ...report, concerns: [newer] }, plain)).toContain('Needs attention\n  ! web is odd\n')
  })

  test('no line is wider than the paper', () => {
    expect(lines.filter(({ length }) => length > 80)).toEqual([])
  })

  test('nor with details, nor where names are long, nor on a narrow terminal', () => {
    const long = JSON.parse(JSON.stringify(report).replaceAll('team-00', 'team-'.repeat(40))) as Report
    for (const width of [60, 80, 120])
      for (const details of [false, true])
        expect(
          reportText(long, { ...paperOf({ width, color: false }), details })
            .split('\n')
            .filter(({ length }) => length > width),
        ).toEqual([])
  })

  test('target groups that read the same are named once', () => {
    const [first] = report.workloads.filter(({ exposures }) => exposures.length === 1)
    if (first === undefined) throw new Error('one has an exposure')
    const twice = {
      ...report,
      workloads: [{ ...first, exposures: [...first.exposures, ...first.exposures] }],
    }
    expect(reportText(twice, plain).match(/ip targets of Ingress/g)).toHaveLength(1)
  })

  test('the same finding of one workload is one line with a count', () => {
    const isMissing = ({ id }: { readonly id: string }): boolean => id === 'prestop-missing'
    const first = report.workloads.find(({ findings }) => findings.some(isMissing))
    const finding = first?.findings.find(isMissing)
    if (first === undefined || finding === undefined) throw new Error('one has a finding')
    const twice = { ...report, workloads: [{ ...first, findings: [finding, { ...finding }] }] }
    const text = reportText(twice, { ...plain, details: true }).replace(/\s+/g, ' ')
    expect(text).not.toContain('deregistration-delay-assumed')
    expect(text.split(`${finding.id}: ${finding.message}`)).toHaveLength(2)
    expect(text).toContain(`${finding.message} (2 times)`)
  })

  test('with details every workload behind a load balancer is told in full', () => {
    const text = reportText(report, { ...plain, details: true })
    expect(text.match(/^Deployment /gm)).toHaveLength(540)
    expect(text).toMatch(/sleep S = C \+ max\(P, min\(D, P \+ R\)\) \+ J\n +=.* = 45\n/)
  })
})

describe('what needs a person', () => {
  test.for<[string, Partial<Report>, string]>([
    [
      'load balancers that are not known',
      { cluster: { doubt: 'services not up to date for 200 s', watches: [] } },
      '! nothing new is injected: services not up to date for 200 s',
    ],
    [
      'a list that failed',
      { missing: [{ part: 'pods', problem: '403: no' }] },
      '! pods are missing in this report: 403: no',
    ],
    [
      'objects that could not be read',
      { unreadable: [{ object: 'Pod shop/odd', problem: 'status.phase: expected a string' }] },
      '      Pod shop/odd: status.phase: expected a string',
    ],
  ])('%s', async ([, part, words]) => {
    const cluster = await new ReportedCluster().start()
    // As a version sends it that has no concerns.
    const { concerns: _, ...older } = await cluster.report()
    await cluster.server.stop()
    const text = reportText({ ...older, ...part }, plain)
    expect(text).toContain('Needs attention\n')
    expect(text.replaceAll(/\s+/g, ' ')).toContain(words.trim())
  })

  test('a certain refusal comes first, with the words of the next apply and the Pods that are older than their hook', async () => {
    const { services, ingresses, pods } = bigCluster(1)
    const stating = '{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":30}}}}'
    const cluster = new ReportedCluster().put(SERVICES, ...services).put(INGRESSES, ...ingresses)
    cluster.put(PODS, ...pods.filter(({ metadata: { name } }) => name.startsWith('web-')))
    cluster.put(DEPLOYMENTS, {
      metadata: {
        name: 'web',
        namespace: 'team-000',
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': stating },
      },
      spec: { replicas: 2, template: injected() },
    })
    await cluster.start()
    const report = await cluster.report()
    const lines = reportText(report, plain).split('\n')
    await cluster.server.stop()
    const object = { kind: 'Deployment', namespace: 'team-000', name: 'web' }
    expect(report.concerns).toMatchObject([
      { id: 'refused-without-us', object, cure: 'set a grace period of at least 45 s in its manifest' },
      { id: 'pods-older-than-hook', object, cure: 'slackwater handover deployment/web -n team-000' },
    ])
    const person = lines.indexOf('Needs attention')
    expect(lines.slice(person + 1, person + 6)).toEqual([
      '  ! the API server rejects the next apply of 1 workload while Slackwater is',
      '    unavailable',
      '      Deployment team-000/web',
      '  ! Pods of 1 workload are older than their hook and must be replaced',
      '      Deployment team-000/web',
    ])
    const text = lines.join('\n').replaceAll(/\s+/g, ' ')
    expect(text).toContain(
      'rejected without Slackwater: the next apply states a grace period of 30 s, below Slackwater’s sleep of 45 s',
    )
    expect(text).toContain('cure: slackwater handover deployment/web -n team-000')
  })
})
