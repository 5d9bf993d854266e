import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { REFUSALS } from '../../src/handover/refusal-ids.ts'
import { RIGHTS } from '../../src/handover/rights.ts'
import { POD_MONITORS, ROLLOUTS, VOLUME_CLAIMS } from '../cluster/fake-api-server.ts'
import { addressOf } from '../cluster/object-address.ts'
import { replaceAll, takeBackAll } from './calls.ts'
import { PlayedCluster } from './played-cluster.ts'
import { Shop } from './world.ts'

/** docs/handover.md says what is refused, and which rights it takes. */

const page = readFileSync('docs/handover.md', 'utf8')

test('the table has a row for each refusal, and no other', () => {
  const [, table = ''] = /## What it refuses\n([\s\S]*?)\n## /.exec(page) ?? []
  expect([...table.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, id]) => id)).toEqual(REFUSALS)
})

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

/** `list pods`, `patch poddisruptionbudgets.policy`: what the ClusterRole of a page allows. */
function allowedBy(file: string): readonly string[] {
  const [, yaml = ''] = /```yaml\n(apiVersion: rbac[\s\S]*?)```/.exec(readFileSync(file, 'utf8')) ?? []
  const { rules } = parse(yaml) as { readonly rules: readonly Rule[] }
  return rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((plural) =>
        verbs.map((verb) => `${verb} ${plural}${group === '' ? '' : `.${group}`}`),
      ),
    ),
  )
}

const VERBS: Readonly<Record<string, string>> = { POST: 'create', PATCH: 'patch', DELETE: 'delete' }

function rightOf(method: string, path: string): string {
  const { collection, name } = addressOf(path)
  const [, , ...parts] = collection.split('/')
  const plural = parts.at(-1) ?? ''
  const group = collection.startsWith('/apis/') ? `.${parts[0]}` : ''
  const verb = VERBS[method] ?? (name === undefined ? 'list' : 'get')
  return `${verb} ${plural}${group}`
}

/** What a plan with everything in it asks for, and what carrying it out and taking it back do. */
async function requested(): Promise<ReadonlySet<string>> {
  const shop = new Shop()
  await shop.start()
  shop.server.serve(POD_MONITORS, ROLLOUTS)
  shop.server.put(VOLUME_CLAIMS, {
    metadata: { name: 'data', namespace: 'shop' },
    spec: { accessModes: ['ReadWriteMany'] },
  })
  shop.deployment('web', {
    template: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] },
  })
  await shop.plan()
  await shop.server.stop()
  const cluster = new PlayedCluster()
  await replaceAll(cluster)
  const other = new PlayedCluster({ readyAfter: undefined })
  await replaceAll(other, { timeout: 1000 })
  await takeBackAll(other)
  const read = shop.server.asked.map(({ path }) => rightOf('GET', path))
  const written = shop.server.writes.map(({ method, path }) => rightOf(method, path))
  const done = [...cluster.requests, ...other.requests].map(({ method, path }) => rightOf(method, path))
  return new Set([...read, ...written, ...done])
}

test('its ClusterRole and that of the audit allow what is requested; each right of its own is used', async () => {
  const all = await requested()
  const own = allowedBy('docs/handover.md')
  const allowed = [
    ...own,
    ...allowedBy('docs/audit.md'),
    // Whoever is authenticated may ask that (ClusterRole system:basic-user).
    'create selfsubjectaccessreviews.authorization.k8s.io',
  ]
  expect([...all].filter((right) => !allowed.includes(right))).toEqual([])
  // Of a Rollout what the played cluster does with a Deployment.
  expect(own.filter((right) => !all.has(right))).toEqual(['get rollouts.argoproj.io'])
})

test('whether it has them is asked of every right to write', () => {
  const asked = RIGHTS.map(
    ({ verb, group, resource }) => `${verb} ${resource}${group === '' ? '' : `.${group}`}`,
  )
  const writes = allowedBy('docs/handover.md').filter((right) => !/^(get|list) /.test(right))
  expect(asked.toSorted()).toEqual(writes.toSorted())
})
