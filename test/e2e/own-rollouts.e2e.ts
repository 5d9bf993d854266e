import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect } from 'vitest'
import { killProcess } from './cluster/node.ts'
import { type AdmissionStream, beginStream, type StreamResult } from './support/admission-stream.ts'
import { caBundle, kept, takeAway } from './support/certificates.ts'
import { caseOf, cluster, has } from './support/cluster.ts'
import { beginHandshakes } from './support/handshakes.ts'
import {
  chartOfLowerVersion,
  containerOf,
  helm,
  install,
  installedVersion,
  LOWER_VERSION,
  makeRoom,
  NAMESPACE,
  nodesOfReplicas,
  RELEASE,
  replicas,
  restarts,
  rolledOut,
  uninstall,
} from './support/installation.ts'
import { createNamespaces, kubectlOk } from './support/kubectl.ts'
import { addNode, drain, NODES, removeNode, uncordon } from './support/second-node.ts'
import { INGRESS_CLASS, ingress, service } from './support/shop.ts'
import { waitFor } from './support/slackwater.ts'

/**
 * What happens to Slackwater itself, under a constant stream of admission calls. failurePolicy is Fail here, so that
 * every call that is missed shows.
 */

const NEEDS = ['pods', 'helm', 'controllers', 'control plane'] as const
/** "Zero failed of at least 5,000", for each disturbance. */
const ENOUGH = 5_000
/** Where something is lost for certain. */
const SOME = 1_000
const STRICT = ['mode=enforce', 'webhook.failurePolicy=Fail']

const say = (line: string): void => void process.stderr.write(`${line}\n`)

const namespaces = createNamespaces()

beforeAll(async () => {
  if (!has(...NEEDS)) return
  await makeRoom()
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
  await install('install', STRICT, { chart: await chartOfLowerVersion() })
})
afterAll(async () => {
  if (!has(...NEEDS)) return
  await uninstall()
  await namespaces.remove()
})

const LANES = 8
/**
 * Between the calls of a lane where what happens lasts for a minute: 80 calls a second are enough in that time, and leave
 * the machine to others. Milliseconds; a choice.
 */
const UNHURRIED = 100

interface Calls {
  readonly enough?: number
  /** Between the calls of a lane. Milliseconds. */
  readonly interval?: number
}

/** What the stream lost while something happened. */
async function during(
  what: string,
  disturb: () => Promise<unknown>,
  { enough = ENOUGH, interval = 0 }: Calls = {},
): Promise<StreamResult> {
  // Whoever is on the way out since the case before still looks after certificates, and is not asked any more.
  await rolledOut()
  const namespace = await namespaces.with(service(), ingress())
  const isKnown = async () => {
    const stream = beginStream(namespace, 1)
    await waitFor(() => stream.count() > 3 || undefined)
    return (await stream.end()).injected > 0 || undefined
  }
  await waitFor(isKnown, 120_000, 'the first injection')
  const stream: AdmissionStream = beginStream(namespace, LANES, interval)
  const disturbed = disturb().then(() =>
    waitFor(() => stream.count() >= enough || undefined, 180_000, `${enough} admission calls`),
  )
  // Whatever came of it, the stream ends.
  const result = await disturbed.then(stream.end, () => stream.end())
  await disturbed
  say(`${what}: ${result.requests} admission calls, ${result.failures.length} lost`)
  return result
}

/** Every call was answered, by us: none was let pass, and none failed. */
const lossless = ({ requests, injected, failures }: StreamResult): void => {
  expect(failures).toEqual([])
  expect(injected).toBe(requests)
}

caseOf(
  'its own rollouts lose no admission call',
  NEEDS,
  async () => {
    lossless(
      await during('rollout restart', async () => {
        await kubectlOk(['rollout', 'restart', `deployment/${RELEASE}`, '-n', NAMESPACE])
        await rolledOut()
      }),
    )
    lossless(
      await during('helm upgrade from a lower version', async () => {
        await install('upgrade', STRICT)
        await rolledOut()
      }),
    )
    expect(await installedVersion()).not.toBe(LOWER_VERSION)
    lossless(
      await during('helm rollback', async () => {
        await helm('rollback', RELEASE, '-n', NAMESPACE, '--wait', '--timeout', '240s')
        await rolledOut()
      }),
    )
    expect(await installedVersion()).toBe(LOWER_VERSION)
  },
  900_000,
)

caseOf(
  'the nodes drained one after another lose no admission call',
  NEEDS,
  async () => {
    await addNode()
    try {
      await kubectlOk(['rollout', 'restart', `deployment/${RELEASE}`, '-n', NAMESPACE])
      await rolledOut()
      expect(new Set(await nodesOfReplicas()).size).toBe(2)
      lossless(
        await during(
          'every node drained',
          async () => {
            for (const node of NODES) {
              await drain(node)
              await rolledOut()
              expect(await nodesOfReplicas()).not.toContain(node)
              await uncordon(node)
            }
          },
          { interval: UNHURRIED },
        ),
      )
    } finally {
      await removeNode()
    }
    await rolledOut()
  },
  900_000,
)

/** So many, in as many times 5 s. */
const RENEWALS = 12
const PERIOD = 5_000

caseOf(
  'its certificate renewed every 5 s loses no admission call and no handshake',
  NEEDS,
  async () => {
    const before = await replicas()
    const handshakes = await beginHandshakes()
    const renewed: string[] = []
    lossless(
      await during(
        'certificate renewed every 5 s',
        async () => {
          for (let nth = 0; nth < RENEWALS; nth++) {
            const [certificate] = await Promise.all([renewal(), pause(PERIOD)])
            renewed.push(certificate)
          }
        },
        { interval: UNHURRIED },
      ),
    )
    const { count, failures } = await handshakes.end()
    say(`meanwhile ${count} handshakes, ${failures.length} failed`)
    expect(failures).toEqual([])
    // Whoever writes a certificate serves it at once, and until its next look at the Secret: 5 s.
    expect(renewed.filter((certificate) => !handshakes.seen(certificate))).toEqual([])
    expect(await replicas()).toEqual(before)
    expect(await restarts()).toEqual(before.map(() => 0))
  },
  900_000,
)

/** @returns the fingerprint of the certificate that came for the one that went. */
async function renewal(): Promise<string> {
  const gone = await kept('tls.crt')
  await takeAway('tls.crt', 'tls.key')
  const isAnother = async () => {
    const { fingerprint256 } = (await kept('tls.crt')) ?? {}
    return fingerprint256 === gone?.fingerprint256 ? undefined : fingerprint256
  }
  return waitFor(isAnother, 60_000, 'another serving certificate')
}

caseOf(
  'its authority replaced, the old one believed meanwhile, loses no admission call and no handshake',
  NEEDS,
  async () => {
    const old = await kept('ca.crt')
    const handshakes = await beginHandshakes()
    lossless(
      await during(
        'authority replaced',
        async () => {
          await takeAway('ca.key')
          const isSignedAnew = async () => {
            const [authority, serving] = [await kept('ca.crt'), await kept('tls.crt')]
            if (authority === undefined || authority.fingerprint256 === old?.fingerprint256) return undefined
            return serving?.verify(authority.publicKey) ? serving.fingerprint256 : undefined
          }
          // A minute, for API servers that are behind; and a few looks at the Secret.
          const anew = await waitFor(isSignedAnew, 240_000, 'a certificate of the new authority')
          await waitFor(() => handshakes.seen(anew) || undefined, 60_000, 'its being served')
        },
        { interval: UNHURRIED },
      ),
    )
    const { count, failures } = await handshakes.end()
    say(`meanwhile ${count} handshakes, ${failures.length} failed`)
    expect(failures).toEqual([])
    expect((await caBundle()).match(/BEGIN CERTIFICATE/g)).toHaveLength(2)
  },
  900_000,
)

caseOf(
  'a replica that is killed costs what was in flight there, and nothing once its endpoint is gone',
  NEEDS,
  async () => {
    const [killed = ''] = await replicas()
    const kill = async () => {
      killProcess(cluster.folder, await containerOf(killed))
      await rolledOut()
    }
    const { failures } = await during('a replica killed', kill, { enough: SOME })
    // Those that were open at once, and those that were sent until the API server had heard: far from all.
    expect(failures.length).toBeLessThan(SOME / 10)
    lossless(await during('after it', () => Promise.resolve(), { enough: SOME }))
  },
  900_000,
)
