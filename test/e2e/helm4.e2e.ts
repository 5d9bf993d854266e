import path from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { caseOf, has } from './support/cluster.ts'
import {
  chartOfLowerVersion,
  helmBy,
  install,
  installedVersion,
  LOWER_VERSION,
  makeRoom,
  NAMESPACE,
  RELEASE,
  rolledOut,
  uninstall,
} from './support/installation.ts'
import { createNamespaces, kubectl, kubectlOk, stored } from './support/kubectl.ts'
import { protectedNext } from './support/protected-next.ts'
import { INGRESS_CLASS, ingress, service } from './support/shop.ts'
import { waitFor } from './support/slackwater.ts'

/**
 * What Helm 4 does otherwise: it applies in the API server, where each field has an owner. Slackwater writes `caBundle`
 * into a configuration of Helm's: an upgrade may neither be refused for that nor take it away.
 */

const NEEDS = ['pods', 'helm', 'helm4', 'controllers'] as const

const namespaces = createNamespaces()

beforeAll(async () => {
  if (!has(...NEEDS)) return
  await makeRoom()
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
})
afterAll(async () => {
  if (!has(...NEEDS)) return
  await uninstall('helm4')
  await namespaces.remove()
})

interface Configuration {
  readonly metadata: {
    readonly generation: number
    readonly managedFields: readonly { readonly manager: string; readonly operation: string }[]
  }
  readonly webhooks: readonly {
    readonly timeoutSeconds: number
    readonly clientConfig: { readonly caBundle?: string }
  }[]
}

const configuration = (): Promise<Configuration> =>
  stored<Configuration>(['mutatingwebhookconfiguration', RELEASE, '--show-managed-fields'])

const bundles = ({ webhooks }: Configuration) => webhooks.map(({ clientConfig }) => clientConfig.caBundle)

const TRUSTED = expect.stringMatching(/^LS0t/) // -----, in base64

/**
 * How often a command changes the webhook configuration, by its generation. A `caBundle` that is taken away and written
 * again by the leader would count, too.
 */
async function changesBy(command: () => Promise<unknown>): Promise<number> {
  const before = await configuration()
  expect(bundles(before)).toEqual([TRUSTED, TRUSTED])
  await command()
  const after = await configuration()
  expect(bundles(after)).toEqual(bundles(before))
  return after.metadata.generation - before.metadata.generation
}

/** By whom the fields of the configuration are held, and how they were written. */
const managers = async () =>
  (await configuration()).metadata.managedFields.map(({ manager, operation }) => `${manager} ${operation}`)

/** How its Pods end is tried elsewhere. */
const BRIEF = ['termination.sleepSeconds=1', 'termination.drainSeconds=1']

const timeout = (seconds: number) => `webhook.workloads.timeoutSeconds=${seconds}`

const upgrade = (values: readonly string[], ...options: readonly string[]) =>
  install('upgrade', values, { by: 'helm4', options })

const rollback = (...options: readonly string[]) =>
  helmBy('helm4', ['rollback', RELEASE, ...options, '-n', NAMESPACE, '--wait', '--timeout', '240s'])

caseOf(
  'Helm 4 goes on with a release that Helm 3 made, of a lower version, and back',
  NEEDS,
  async () => {
    await install('install', BRIEF, { chart: await chartOfLowerVersion() })
    const identity = async () => ({
      deployment: (await stored(['deployment', RELEASE, '-n', NAMESPACE])).metadata.uid,
      service: (await stored(['service', RELEASE, '-n', NAMESPACE])).metadata.uid,
    })
    const made = await identity()
    expect(await installedVersion()).toBe(LOWER_VERSION)
    // As the release was made: by the client.
    expect(await changesBy(() => upgrade([...BRIEF, timeout(7)]))).toBe(1)
    expect(await managers()).toContain('helm Update')
    expect(await installedVersion()).not.toBe(LOWER_VERSION)
    expect(await changesBy(() => upgrade([...BRIEF, timeout(8)], '--server-side=true'))).toBe(1)
    expect(await managers()).toContain('helm Apply')
    expect(await changesBy(() => rollback('1'))).toBe(1)
    expect(await installedVersion()).toBe(LOWER_VERSION)
    expect(await identity()).toEqual(made)
  },
  900_000,
)

caseOf(
  'Helm 4 installs it in dry-run, upgrades it to enforce, changes its webhooks, and rolls that back',
  NEEDS,
  async () => {
    await uninstall('helm4')
    const notes = await install('install', [...BRIEF, 'mode=dry-run'], { by: 'helm4' })
    expect(notes).toContain('mode dry-run')
    expect(await managers()).toContain('helm Apply')
    await helmBy('helm4', ['test', RELEASE, '-n', NAMESPACE, '--timeout', '180s'])

    // As the notes say it.
    expect(await changesBy(() => upgrade(['mode=enforce'], '--reset-then-reuse-values'))).toBe(0)
    await rolledOut()
    const namespace = await namespaces.with(service(), ingress())
    expect(await protectedNext(namespace)).toMatchObject({ recorded: true })

    expect(await changesBy(() => upgrade([timeout(7)], '--reset-then-reuse-values'))).toBe(1)
    expect((await configuration()).webhooks[0]?.timeoutSeconds).toBe(7)
    expect(await changesBy(() => rollback())).toBe(1)
    expect((await configuration()).webhooks[0]?.timeoutSeconds).toBe(5)
  },
  900_000,
)

caseOf('Helm 4 puts back what the kill switch took, trusted again', NEEDS, async () => {
  await kubectlOk(['delete', 'mutatingwebhookconfiguration', RELEASE])
  await upgrade([], '--reset-then-reuse-values')
  const isTrusted = async () =>
    bundles(await configuration()).every((bundle) => bundle !== undefined) || undefined
  await waitFor(isTrusted, 90_000, 'the authority in both webhooks')
})

caseOf('Helm 4 makes no second release', NEEDS, async () => {
  const second = ['install', 'second', path.resolve('charts/slackwater'), '-n', 'default', '--dry-run=server']
  await expect(helmBy('helm4', second)).rejects.toThrow(`helm uninstall ${RELEASE} -n ${NAMESPACE}`)
})

caseOf('Helm 4 takes it out: no webhook configuration is left', NEEDS, async () => {
  await uninstall('helm4')
  const left = await kubectl([
    'get',
    'mutatingwebhookconfigurations,validatingwebhookconfigurations',
    '-o',
    'name',
  ])
  expect(left.out).not.toContain('slackwater')
})
