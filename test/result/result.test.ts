import { expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { findingPage, HOME } from '../../src/core/findings/page.ts'
import { renderResult } from '../../src/render/formats.ts'
import { resultOfPlan } from '../../src/result/from-plan.ts'
import { resultsTogether } from '../../src/result/from-report.ts'
import type { Result } from '../../src/result/result.ts'
import { planOfText } from '../cli/fixture-plans.ts'
import { settingsWith } from '../core/exposures.ts'

test('pages of findings are at the home that package.json names', () => {
  expect(HOME).toBe(packageJson.homepage)
  expect(`https://github.com/${packageJson.repository.replace('github:', '')}`).toBe(HOME)
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
