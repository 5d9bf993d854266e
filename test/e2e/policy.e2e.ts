import { readFileSync } from 'node:fs'
import { afterAll, expect } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { caseOf, has } from './support/cluster.ts'
import { createNamespaces, kubectl, kubectlOk } from './support/kubectl.ts'
import { waitFor } from './support/slackwater.ts'

/** The MutatingAdmissionPolicy that docs/why-not-kyverno.md gives to copy, in a real API server that has them on. */

const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(readFileSync('docs/why-not-kyverno.md', 'utf8')) ?? []
const POLICY: readonly object[] = parseAllDocuments(text).map((document) => document.toJS())

const namespaces = createNamespaces()
afterAll(async () => {
  if (!has('control plane')) return
  await kubectl(['delete', '--ignore-not-found', '-f', '-'], ...POLICY)
  await namespaces.remove()
})

interface Container {
  readonly name: string
  readonly lifecycle?: { readonly preStop: object }
}

/** What the API server would store of a Pod. */
async function storedPod(
  namespace: string,
  containers: readonly Container[],
  grace?: number,
): Promise<unknown> {
  const spec = {
    containers: containers.map((one) => ({ image: 'app:1', ...one })),
    ...(grace !== undefined && { terminationGracePeriodSeconds: grace }),
  }
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'app', namespace }, spec }
  const { out } = await kubectlOk(['create', '--dry-run=server', '-o', 'json', '-f', '-'], pod)
  const { spec: stored } = JSON.parse(out)
  const hooks = stored.containers.map(({ name, lifecycle }: Container) => [name, lifecycle?.preStop])
  return { grace: stored.terminationGracePeriodSeconds, hooks: Object.fromEntries(hooks) }
}

caseOf(
  'the policy to copy: a sleep of 40 where there is no hook, 40 more of grace',
  ['control plane'],
  async () => {
    const [labeled, other] = [await namespaces.with(), await namespaces.with()]
    await kubectlOk(['label', 'namespace', labeled, 'prestop-sleep=enabled'])
    await kubectlOk(['apply', '-f', '-'], ...POLICY)
    const sleeps = { sleep: { seconds: 40 } }
    // The API server reads new policies after a moment. 30 is Kubernetes' default: 30 + 40.
    const plain = { grace: 70, hooks: { app: sleeps } }
    const isOn = async () =>
      JSON.stringify(await storedPod(labeled, [{ name: 'app' }])) === JSON.stringify(plain) || undefined
    await waitFor(isOn, 60_000, 'the policy')
    const own = { name: 'proxy', lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } } }
    expect(await storedPod(labeled, [{ name: 'app' }, own], 60)).toEqual({
      grace: 100,
      hooks: { app: sleeps, proxy: own.lifecycle.preStop },
    })
    expect(await storedPod(labeled, [own], 60)).toEqual({
      grace: 60,
      hooks: { proxy: own.lifecycle.preStop },
    })
    expect(await storedPod(other, [{ name: 'app' }])).toEqual({ grace: 30, hooks: {} })
  },
)
