import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inProcess } from '../cli/run.ts'
import { linesShown, notPrinted } from './sample.ts'

/**
 * What pages show below a command that reads the examples is what it prints. Other pages show what tests beside their
 * data compare: a report, a removal, a verdict.
 */

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

test('a line that is not printed is found', () => {
  const [first = '', ...others] = linesShown('docs/explain.md', 'Deployment bookshop/storefront')
  expect(notPrinted('docs/explain.md', 'Deployment bookshop/storefront', others.join('\n'))).toEqual([first])
  expect(() => linesShown('docs/explain.md', 'Deployment nowhere')).toThrow('docs/explain.md shows nothing')
})
