import { readFileSync } from 'node:fs'
import jsonPatch from 'fast-json-patch'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { readManifests } from '../../src/manifests/read.ts'
import { planManifests } from '../../src/plan/plan.ts'
import { settingsWith } from '../core/exposures.ts'
import { differences } from '../e2e/support/differences.ts'
import type { Manifest } from './rules.ts'

/** The templates in docs/gitops.md, against what Slackwater writes and what the chart renders. */

const read = (file: string): string => readFileSync(file, 'utf8')

interface IgnoreRule {
  readonly kind: string
  readonly name?: string
  readonly group: string
  readonly jsonPointers?: readonly string[]
  readonly jqPathExpressions?: readonly string[]
}

interface Template {
  readonly kind: string
  readonly spec: {
    readonly ignoreDifferences?: readonly IgnoreRule[]
    readonly driftDetection?: {
      readonly ignore: readonly { readonly paths: readonly string[]; readonly target: IgnoreRule }[]
    }
  }
}

const TEMPLATES = [...read('docs/gitops.md').matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(
  ([, text = '']) => parse(text) as Template,
)
const IGNORED = TEMPLATES.flatMap(({ spec }) => spec.ignoreDifferences ?? [])
const GRACE = '/spec/template/spec/terminationGracePeriodSeconds'

/** Behind an ALB, with a grace period of 60 that Git states, and a probe. */
const workload = (kind: string): string => `apiVersion: apps/v1
kind: ${kind}
metadata: { name: web, namespace: shop }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 60
      containers:
        - name: app
          image: example.com/app:1.2.3
          ports: [{ containerPort: 8080 }]
          livenessProbe: { httpGet: { path: /, port: 8080 } }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop, annotations: { alb.ingress.kubernetes.io/target-type: ip } }
spec: { ingressClassName: alb, defaultBackend: { service: { name: web, port: { number: 80 } } } }
`

/** The workload in Git and in the cluster, with what Slackwater writes into it. */
function stored(kind: string): {
  readonly git: unknown
  readonly live: unknown
  readonly paths: readonly string[]
} {
  const manifests = readManifests([{ name: 'web.yaml', text: workload(kind) }])
  const plan = planManifests({ manifests, settings: settingsWith({ daemonSets: true }), namespace: 'shop' })
  const [planned] = plan.objects
  const git = parse(workload(kind).split('---')[0] ?? '') as object
  const operations = planned?.operations ?? []
  return {
    git,
    live: jsonPatch.applyPatch(git, structuredClone([...operations]) as jsonPatch.Operation[], true, false)
      .newDocument,
    paths: operations.map(({ path }) => path),
  }
}

describe('Argo CD, in the Applications of workloads', () => {
  const workloads = IGNORED.filter(({ group }) => group === 'apps')

  test('the kinds are those whose templates get hooks', () => {
    expect(workloads.map(({ kind }) => kind)).toEqual(['Deployment', 'StatefulSet', 'DaemonSet'])
  })

  test.for(workloads)(
    '$kind: of all that is written, only what is ignored is a difference',
    ({ kind, ...rule }) => {
      const { git, live, paths } = stored(kind)
      expect(paths.length).toBeGreaterThan(2)
      expect(rule.jsonPointers).toEqual([GRACE])
      expect(paths).toContain(GRACE)
      expect(differences(git, live)).toEqual([GRACE.replaceAll('/', '.')])
    },
  )
})

describe('Argo CD, in the Application of Slackwater', () => {
  const rendered = parseAllDocuments(read('test/chart/golden/default.yaml')).map(
    (document) => document.toJS() as Manifest,
  )
  const rules = IGNORED.filter(({ group }) => group === 'admissionregistration.k8s.io')

  test.for(rules)(
    '$kind: every webhook gets its CA, and Git has none',
    ({ kind, name, jqPathExpressions }) => {
      expect(jqPathExpressions).toEqual(['.webhooks[]?.clientConfig.caBundle'])
      const git = rendered.find((object) => object.kind === kind)
      expect(git?.metadata.name).toBe(name)
      const webhooks = git?.webhooks ?? []
      expect(webhooks.length).toBeGreaterThan(1)
      for (const { clientConfig } of webhooks) expect(clientConfig).not.toHaveProperty('caBundle')
      const written = webhooks.map((webhook) => ({
        ...webhook,
        clientConfig: { ...webhook.clientConfig, caBundle: 'LS0t' },
      }))
      expect(differences(git, { ...git, webhooks: written })).toEqual([])
    },
  )

  test('both configurations are there', () => expect(rules).toHaveLength(2))
})

test('Flux, in a HelmRelease: the same field, of the same kinds', () => {
  const [rule, ...others] = TEMPLATES.flatMap(({ spec }) => spec.driftDetection?.ignore ?? [])
  expect(others).toEqual([])
  expect(rule?.paths).toEqual([GRACE])
  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet'])
    expect(kind).toMatch(new RegExp(`^(?:${rule?.target.kind})$`))
})
