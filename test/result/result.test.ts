import { expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { findingPage, HOME } from '../../src/core/findings/page.ts'
import { renderResult } from '../../src/render/formats.ts'
import { asWritten, resultOfPlan } from '../../src/result/from-plan.ts'
import { resultsTogether } from '../../src/result/from-report.ts'
import type { Result } from '../../src/result/result.ts'
import { statementsOf } from '../../src/result/statements.ts'
import { planOfText } from '../cli/fixture-plans.ts'
import { settingsWith } from '../core/exposures.ts'
import { findingOf, resultOf, workloadWith } from '../render/results.ts'

test('pages of findings are at the home that package.json names', () => {
  expect(HOME).toBe(packageJson.homepage)
  expect(packageJson.repository.url).toBe(`git+${HOME}.git`)
  expect(findingPage('single-replica')).toBe(`${HOME}/blob/main/docs/findings/single-replica.md`)
})

const plan = planOfText(
  `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: app, image: web }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  { name: web, namespace: shop, annotations: { alb.ingress.kubernetes.io/target-type: ip } }
spec: { ingressClassName: alb, defaultBackend: { service: { name: web, port: { number: 80 } } } }
---
apiVersion: v1
kind: Service
metadata: { name
`,
  settingsWith(),
)
const result = resultOfPlan(plan, { command: 'plan', version: '1.2.3' })

test('a plan has its workloads with their places, and a remark for each problem', () => {
  expect(result.workloads).toMatchObject([
    { kind: 'Deployment', namespace: 'shop', name: 'web', state: 'would-change', position: { line: 2 } },
  ])
  const ids = result.workloads.flatMap(({ findings }) => findings.map(({ id }) => id))
  expect(ids).toEqual(plan.objects.flatMap(({ findings }) => findings.map(({ id }) => id)))
  expect(result.remarks.filter(({ what }) => what === 'problem')).toMatchObject([
    { id: 'problem', severity: 'error' },
  ])
})

test('several results are one, in their order', () => {
  const other: Result = { ...result, workloads: [], remarks: [] }
  expect(resultsTogether([other, result])).toEqual(result)
  expect(resultsTogether([result, result]).workloads).toHaveLength(2)
})

test('a format that no renderer has is refused', async () => {
  await expect(renderResult('dot', result)).rejects.toThrow('no renderer for dot')
})

test('without Slackwater its changes fix nothing and cause nothing', () => {
  const findings = [
    findingOf({ id: 'prestop-missing', holds: 'before' }),
    findingOf({ id: 'drain-time', holds: 'after' }),
    findingOf({ holds: 'throughout' }),
  ]
  const told = (of: Result) => statementsOf(of).map(({ id, state }) => `${id} ${state}`)
  const both = resultOf([workloadWith(findings)])
  expect(told(both)).toEqual(['drain-time open', 'readiness-probe-missing open', 'prestop-missing fixed'])
  expect(told(asWritten(both))).toEqual(['prestop-missing open', 'readiness-probe-missing open'])
})

test('a concern that a finding or a warning of its workload says is left out, and no other', () => {
  const object = { kind: 'Deployment', namespace: 'shop', name: 'web' }
  const concern = (id: string, of = object) =>
    ({ what: 'concern', id, severity: 'warning', message: id, object: of }) as const
  const remarks = [
    ...['too-short', 'withheld', 'unusable-annotation', 'gate-stuck', 'pods-older-than-hook'].map((id) =>
      concern(id),
    ),
    concern('gate-stuck', { ...object, name: 'api' }),
  ]
  const workload = workloadWith([findingOf({ id: 'gate-stuck' })], { warnings: ['no such mode'] })
  const told = statementsOf(resultOf([workload], remarks)).map(({ what, id, object: of }) => [
    what,
    id,
    of?.name,
  ])
  expect(told).toEqual([
    ['concern', 'gate-stuck', 'api'],
    ['finding', 'gate-stuck', 'web'],
    ['concern', 'pods-older-than-hook', 'web'],
    ['note', 'unusable-annotation', 'web'],
  ])
})

test('a notice stands where its object does', () => {
  const text = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec: { ingressClassName: alb, defaultBackend: { service: { name: api, port: { number: 80 } } } }
`
  const { remarks } = resultOfPlan(planOfText(text, settingsWith()), { command: 'lint', version: '1.2.3' })
  expect(remarks).toMatchObject([{ id: 'service-not-found', position: { file: 'all.yaml', line: 2 } }])
})
