import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ClustersSchema } from '../../src/report/clusters.ts'
import { inProcess } from '../cli/run.ts'
import { linesShown, notPrinted } from './sample.ts'
import { outputsOf, PAGES } from './shown.ts'

const OWN = 'test/docs-commands/shown-output.test.ts'

/**
 * What pages show as printed, each block by its beginning, and the test that compares it: it names the page, or has the
 * beginning, or the words that are given.
 */
const COMPARED: Readonly<
  Record<string, readonly (readonly [beginning: string, test: string, words?: string])[]>
> = {
  'README.md': [
    ['1 of 2 workloads in 1 namespace is behind a load balancer', 'test/cli/audit.test.ts'],
    ['  sleep S = C + max(', 'test/readme.test.ts'],
    ['Slackwater 0.1.0 is installed in', 'test/e2e/first-screen.e2e.ts'],
    ['1 of 1 workload in 1 namespace is behind a load balancer', 'test/e2e/first-screen.e2e.ts'],
  ],
  'docs/annotations.md': [
    ['{"grace":{"before":null,"after":75}', OWN],
    [
      '{"elbv2.k8s.aws/pod-readiness-gate-inject":"enabled"}',
      'test/e2e/remove.e2e.ts',
      "'slackwater.dev/readiness-gate-labels': ",
    ],
  ],
  'docs/audit.md': [['{', OWN]],
  'docs/ci.md': [
    ['deploy/web.yaml:8: warning: Deployment shop/web', 'test/cli/lint.test.ts'],
    ['charts/web (helm template):27: warning', 'test/pipelines/rendering.pipeline.ts'],
  ],
  'docs/discovery.md': [['  behind ALB, ip targets: Gateway edge/public', OWN]],
  'docs/explain.md': [['Deployment bookshop/storefront', OWN]],
  'docs/failure-behaviour.md': [
    ['Warning: slackwater: restored: preStop sleep 45 s of app', 'test/admission/told-people.test.ts'],
    ['Warning  ExposedUnprotected', 'test/controller/late-exposure.test.ts'],
  ],
  'docs/laboratory.md': [['An ALB with 3 nodes, 10 Pods', 'test/lab/lab.test.ts']],
  'docs/measure.md': [['The nodes of ALB my-alb stop sending', 'test/measure/text.test.ts']],
  'docs/plan.md': [
    ['57 objects read', 'test/cli/plan-discovery.test.ts'],
    ['Deployment bookshop', 'test/cli/plan-discovery.test.ts'],
  ],
  'docs/proof.md': [
    ['10 of 10 left after 45 s, none cut, gate held 10 of 10', 'test/core/departures/words.test.ts'],
  ],
  'docs/report.md': [
    ['Slackwater 0.1.0, mode dry-run', 'test/report/render.test.ts'],
    ['Departures: 120 of 123 covered, 3 exposed', 'test/report/departures.test.ts'],
  ],
  'docs/see-it-work.md': [['Slackwater is installed', 'test/e2e/story.e2e.ts']],
  'docs/uninstall.md': [
    ['Namespace shop', 'test/cli/remove.test.ts'],
    ['Deployment shop/web  {"grace":', 'test/e2e/remove.e2e.ts'],
  ],
  'docs/validating.md': [
    [
      'Error from server (Forbidden): error when creating',
      'test/e2e/validate.e2e.ts',
      'denied the request: slackwater: denied prestop-ends-server',
    ],
  ],
}

/** Neither commands nor printed: drawings, and an argument of another program. */
const DRAWN = /^ (?:main ──►|kubelet {2})|^# an argument of /

test.for(PAGES)('%s: what is shown as printed is compared by a test', (page) => {
  const outputs = outputsOf(page).filter((line) => !DRAWN.test(line))
  const compared = COMPARED[page] ?? []
  const left = outputs.filter((line) => !compared.some(([beginning]) => line.startsWith(beginning)))
  const stale = compared.filter(([beginning]) => !outputs.some((line) => line.startsWith(beginning)))
  const unlike = compared.filter(([beginning, file, words = beginning.trim()]) => {
    const text = readFileSync(file, 'utf8')
    return !text.includes(`'${page}'`) && !text.includes(words)
  })
  expect({ left, stale, unlike }).toEqual({ left: [], stale: [], unlike: [] })
})

test('docs/explain.md: one workload in full', async () => {
  const { out } = await inProcess(['explain', 'deployment/storefront', '-f', 'examples'])
  expect(notPrinted('docs/explain.md', 'Deployment bookshop/storefront', out)).toEqual([])
  expect(linesShown('docs/explain.md', 'Deployment bookshop/storefront').length).toBeGreaterThan(20)
})

test('docs/discovery.md: a chain, and an assumption, of a Gateway whose class is not among the manifests', async () => {
  const documents = readFileSync('examples/sources/gateway-http.yaml', 'utf8').split(/^---\n/m)
  const input = documents.filter((text) => !text.includes('kind: GatewayClass')).join('---\n')
  expect(input).not.toContain('controllerName')
  const { out } = await inProcess(['plan', '-f', '-', '--details'], { input })
  expect(notPrinted('docs/discovery.md', '  behind ALB', out)).toEqual([])
})

test('docs/annotations.md: the record of the first example', async () => {
  const { out } = await inProcess(['plan', '-f', 'examples/1-bookshop.yaml', '--details'])
  const [record = ''] = linesShown('docs/annotations.md', '{"grace"')
  expect(out).toContain(`slackwater.dev/injected: '${record}'`)
})

test('docs/audit.md: a document of several clusters has these fields', () => {
  const text = linesShown('docs/audit.md', '{').join('').replaceAll('{ … }', '{}')
  const shown = JSON.parse(text)
  expect(Object.keys(shown)).toEqual(Object.keys(ClustersSchema.properties))
  const known = Object.keys(ClustersSchema.properties.clusters.items.properties)
  expect(shown.clusters.flatMap(Object.keys).filter((key: string) => !known.includes(key))).toEqual([])
})

test('a line that is not printed is found', () => {
  const [first = '', ...others] = linesShown('docs/explain.md', 'Deployment bookshop/storefront')
  expect(notPrinted('docs/explain.md', 'Deployment bookshop/storefront', others.join('\n'))).toEqual([first])
  expect(() => linesShown('docs/explain.md', 'Deployment nowhere')).toThrow('docs/explain.md shows nothing')
})
