import { once } from 'node:events'
import path from 'node:path'
import { connect } from 'node:tls'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  BUILT_IN,
  FakeApiServer,
  LEASES,
  SECRETS,
  VALIDATING_WEBHOOKS,
  WEBHOOKS,
} from '../cluster/fake-api-server.ts'
import { type Following, kubeconfig, startFollowing } from './following.ts'
import { folderOf, slackwater } from './run.ts'

/** The built program with self-managed certificates. */

const SELF_MANAGED = [
  '--certificate-secret',
  'slackwater-certificates',
  '--webhook-service',
  'slackwater',
  '--webhook-configuration',
  'slackwater',
  '--validating-webhook',
  'slackwater',
] as const

describe('refuses to start', () => {
  const folder = folderOf({ config: kubeconfig(1) })
  const config = ['--kubeconfig', path.join(folder, 'config')]
  const together =
    /^error: --certificate-secret, --webhook-service and --webhook-configuration must be given together/
  test.for<[string, readonly string[], RegExp]>([
    ['with a Secret alone', ['--certificate-secret', 'x'], together],
    ['without a configuration', SELF_MANAGED.slice(0, 4), together],
    ['without a Secret', SELF_MANAGED.slice(2), together],
    ['with a validating configuration alone', SELF_MANAGED.slice(6), together],
    [
      'with files too',
      [...SELF_MANAGED, '--tls-cert', 'a', '--tls-key', 'b'],
      /--tls-cert.*cannot be used with|cannot be used with.*--tls-cert/,
    ],
    ['self-signed too', [...SELF_MANAGED, '--self-signed'], /cannot be used with.*--self-signed/],
    ['where it does not act on the cluster', SELF_MANAGED, /it needs the controller.*--controller/],
    ['where it may not', [...SELF_MANAGED, '--no-controller'], /it needs the controller.*--controller/],
  ])('%s', ([, options, expected]) => {
    const { code, err } = slackwater(['serve', ...config, ...options])
    expect(code).toBe(2)
    expect(err).toMatch(expected)
  })

  test('answering from manifests', () => {
    const { code, err } = slackwater(['serve', ...SELF_MANAGED, '--manifests', 'x'])
    expect(code).toBe(2)
    expect(err).toMatch(/cannot be used with.*--manifests/)
  })
})

describe('in a cluster', () => {
  let server: FakeApiServer
  let port: number
  let running: Following[]
  beforeEach(async () => {
    server = new FakeApiServer()
    server.serve(...BUILT_IN, LEASES, SECRETS, VALIDATING_WEBHOOKS)
    port = await server.start()
    running = []
    const webhooks = [{ name: 'workloads.slackwater.dev', clientConfig: { service: {} } }]
    server.put(WEBHOOKS, { metadata: { name: 'slackwater' }, webhooks })
    server.put(VALIDATING_WEBHOOKS, { metadata: { name: 'slackwater' }, webhooks })
  })
  afterEach(async () => {
    for (const one of running) await one.stop()
    await server.stop()
  })

  const start = async (): Promise<Following> => {
    const one = await startFollowing(port, '--controller', ...SELF_MANAGED)
    running.push(one)
    return one
  }
  const readiness = async ({ healthPort }: Following) =>
    (await fetch(`http://127.0.0.1:${healthPort}/readyz`)).json() as Promise<{ waiting: readonly string[] }>
  const bundle = (kind = WEBHOOKS): string => {
    const configuration = server.stored(kind, 'slackwater') as unknown as {
      readonly webhooks: readonly { readonly clientConfig: { readonly caBundle?: string } }[]
    }
    return Buffer.from(configuration.webhooks[0]?.clientConfig.caBundle ?? '', 'base64').toString('utf8')
  }
  /** As the API server does: it trusts the caBundle and asks for the Service. */
  const serialAt = async (one: Following): Promise<string> => {
    const servername = 'slackwater.slackwater-system.svc'
    const socket = connect({ host: '127.0.0.1', port: one.port, ca: bundle(), servername })
    await once(socket, 'secureConnect')
    const { serialNumber } = socket.getPeerCertificate()
    socket.destroy()
    return serialNumber
  }

  test('two replicas with nothing but a configuration: both are ready, and trusted', async () => {
    const both = await Promise.all([start(), start()])
    for (const one of both) {
      await vi.waitFor(async () => expect((await readiness(one)).waiting).toEqual([]), { timeout: 40_000 })
    }
    expect(bundle(VALIDATING_WEBHOOKS)).toBe(bundle())
    const [one, two] = await Promise.all(both.map(serialAt))
    expect(one).toBe(two)
    const [first] = both
    const text = await (await fetch(`http://127.0.0.1:${first?.healthPort}/metrics`)).text()
    const ends = /^slackwater_certificate_authority_expiry_timestamp_seconds (\d+)$/m.exec(text)?.[1]
    // Ten years of 365 days.
    expect(Number(ends) - Date.now() / 1000).toBeGreaterThan(3649 * 86_400)
  }, 60_000)

  test('without the right to the Secret it is not ready, and says what is missing', async () => {
    server.refused.set('/api/v1/namespaces/slackwater-system/secrets/slackwater-certificates', 403)
    const one = await start()
    await vi.waitFor(
      () => {
        const line = one.lines.find(({ msg }) => msg === 'certificate maintenance failed')
        expect(line?.['problem']).toMatch(/slackwater-system\/slackwater-certificates \(get, create, patch\)/)
      },
      { timeout: 40_000 },
    )
    await vi.waitFor(
      async () => expect((await readiness(one)).waiting).toEqual(['certificate', 'certificate-trusted']),
      { timeout: 40_000 },
    )
  })
})
