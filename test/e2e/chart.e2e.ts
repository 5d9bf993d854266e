import { afterAll, beforeAll, expect } from 'vitest'
import { stringify } from 'yaml'
import { manifestsOf, rendered } from '../chart/helm.ts'
import { EVERYTHING, VARIANTS } from '../chart/matrix.ts'
import { type Manifest, NAMESPACE } from '../chart/rules.ts'
import { caseOf } from './support/cluster.ts'
import { kubectl, kubectlOk } from './support/kubectl.ts'

/** What the chart renders, before the API server itself: every field is known, every object valid, nothing warned of. */

beforeAll(async () => {
  // As strict as a namespace can be; what it would refuse comes as a warning.
  const labels = Object.fromEntries(
    ['enforce', 'warn'].map((what) => [`pod-security.kubernetes.io/${what}`, 'restricted']),
  )
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, labels } }
  await kubectlOk(['apply', '-f', '-'], namespace)
})

afterAll(async () => {
  const labels = ['enforce', 'warn'].map((what) => `pod-security.kubernetes.io/${what}-`)
  await kubectl(['label', 'namespace', NAMESPACE, ...labels])
})

/** Kinds that the cluster need not know. */
const isOfKubernetes = ({ apiVersion }: Manifest): boolean =>
  !/^(monitoring\.coreos\.com|cert-manager\.io)\//.test(apiVersion)

/** @returns the warnings. @throws with the words of a refusal. */
async function tried(args: readonly string[]): Promise<readonly string[]> {
  const objects = manifestsOf(rendered(args)).filter(isOfKubernetes)
  const answer = await kubectlOk(['apply', '--dry-run=server', '--validate=strict', '-f', '-'], ...objects)
  expect(answer.out.match(/\(server dry run\)/g)).toHaveLength(objects.length)
  return answer.err.split('\n').filter((line) => line.startsWith('Warning'))
}

caseOf(
  'the chart: each of its values changed, tried on the API server',
  [],
  async () => {
    expect(await tried([])).toEqual([])
    expect(await tried(EVERYTHING)).toEqual([])
    for (const { value, args } of VARIANTS) {
      // Whoever uses the node's network has left Pod Security restricted; the API server says so.
      const warnings = (await tried(args)).filter(() => value !== 'hostNetwork')
      expect(warnings, `${value}: ${stringify(warnings)}`).toEqual([])
    }
  },
  300_000,
)
