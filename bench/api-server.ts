import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startControlPlane } from '../test/e2e/cluster/control-plane.ts'
import { BIN, type Part } from '../test/e2e/cluster/parts.ts'
import { stop } from '../test/e2e/cluster/processes.ts'
import { deploymentOf } from './cluster.ts'
import { podObject } from './http-reviews.ts'
import { Ground, type Server } from './http-servers.ts'
import { freePort } from './processes.ts'
import { type BenchRun, median, type Row, type Section } from './row.ts'

/**
 * What a webhook adds to the creation of a Pod through a real API server: in one namespace Slackwater is asked, in one
 * a webhook that answers the same patch and does nothing else, in one nobody. etcd and the API server are those of the
 * end-to-end suite, without a node: the Pods are never scheduled.
 */

/** As bench/cluster.ts fills namespaces: 50 exposures in each, so that the first of them is in the first namespace. */
const EXPOSURES = 150
const PLACES = {
  ours: { namespace: 'team-0', index: 10 },
  base: { namespace: 'team-1', index: 60 },
  none: { namespace: 'team-2', index: 110 },
} as const
type Place = keyof typeof PLACES
const ALL = Object.keys(PLACES) as readonly Place[]

const CLIENTS = [1, 8] as const
/** Creations by all clients together in each namespace and round, and before the rounds. */
const CREATIONS = { short: 160, long: 600 } as const
const WARM_UP = 1_500
/** The most that the issue allows, beside the webhook with a constant patch. */
const AIM = 1.05

const PARTS: readonly Part[] = ['etcd', 'kube-apiserver', 'kubectl']

/** The folder of the programs; undefined: they are not there. */
function partsFolder(): string | undefined {
  const given = process.env['KUBEBUILDER_ASSETS'] ?? ''
  const folder = given === '' ? BIN : given
  return PARTS.every((part) => existsSync(path.join(folder, part))) ? folder : undefined
}

interface Cluster {
  readonly server: string
  readonly stop: () => Promise<void>
}

/** What control-plane.ts gives to its administrator. */
const TOKEN = 'e2e-admin'

async function startCluster(bin: string): Promise<Cluster> {
  const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-bench-cluster-'))
  const end = async (): Promise<void> => {
    for (const part of ['kube-apiserver', 'etcd']) await stop(folder, part)
    rmSync(folder, { recursive: true, force: true })
  }
  const program = (part: Part): string | undefined =>
    PARTS.includes(part) ? path.join(bin, part) : undefined
  const ports = { apiServer: await freePort(), etcd: await freePort(), etcdPeer: await freePort() }
  try {
    const { server } = await startControlPlane({ folder, programs: program, address: '127.0.0.1', ports })
    return { server, stop: end }
  } catch (error) {
    await end()
    throw error
  }
}

/** Calls the API server over as many connections as there are clients. */
class Client {
  readonly #server: string
  // The cluster is ours: its certificate need not be known.
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8, rejectUnauthorized: false })

  constructor(server: string) {
    this.#server = server
  }

  /** @throws where it is refused. @returns the body. */
  call(method: 'POST' | 'DELETE', at: string, text: string): Promise<string> {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
    return new Promise((resolve, reject) => {
      const asked = { method, agent: this.#agent, headers }
      const sent = request(`${this.#server}${at}`, asked, async (incoming) => {
        const chunks: Buffer[] = []
        for await (const chunk of incoming) chunks.push(chunk)
        const body = Buffer.concat(chunks).toString('utf8')
        if ((incoming.statusCode ?? 0) < 300) resolve(body)
        else reject(new Error(`${method} ${at}: ${incoming.statusCode} ${body.slice(0, 400)}`))
      })
      sent.on('error', reject)
      sent.end(text)
    })
  }

  end(): void {
    this.#agent.destroy()
  }
}

/** Asked about each Pod that is created in one namespace. Both have the same rules. */
const webhook = (place: Place, { port, path: at, isNumbered }: Server, ca: string): unknown => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: `bench-${place}` },
  webhooks: [
    {
      name: `${place}.bench.slackwater.dev`,
      clientConfig: {
        url: `https://127.0.0.1:${port}${at.split('?')[0]}${isNumbered ? '0' : ''}`,
        caBundle: Buffer.from(ca).toString('base64'),
      },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': PLACES[place].namespace } },
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      timeoutSeconds: 10,
      // What is lost must not count as fast.
      failurePolicy: 'Fail',
    },
  ],
})

const podsAt = (place: Place): string => `/api/v1/namespaces/${PLACES[place].namespace}/pods`

/** Of the same length in each namespace. */
const podText = (place: Place): string =>
  JSON.stringify({ ...podObject(deploymentOf(PLACES[place].index)), status: undefined })

type Times = Readonly<Record<Place, number[]>>

/**
 * Each client creates one Pod after the other, in one namespace after the other: what disturbs one disturbs the next, too.
 * @param each how many in each namespace. @returns milliseconds of each creation.
 */
async function createPods(client: Client, clients: number, each: number): Promise<Times> {
  const texts = { ours: podText('ours'), base: podText('base'), none: podText('none') }
  const times: Times = { ours: [], base: [], none: [] }
  const one = async (offset: number): Promise<void> => {
    for (let made = 0; made < (each * ALL.length) / clients; made += 1) {
      const place = ALL[(made + offset) % ALL.length] ?? 'none'
      const began = performance.now()
      const body = await client.call('POST', podsAt(place), texts[place])
      times[place].push(performance.now() - began)
      if (body.includes('"preStop"') === (place === 'none'))
        throw new Error(`${place}: ${body.slice(0, 400)}`)
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, offset) => one(offset)))
  for (const place of ALL) await client.call('DELETE', `${podsAt(place)}?gracePeriodSeconds=0`, '')
  return times
}

interface Setting {
  readonly client: Client
  readonly run: BenchRun
}

/** The median creation of each round, by the webhook that is asked. */
async function roundsOf({ client, run }: Setting, clients: number): Promise<Times> {
  const taken: Times = { ours: [], base: [], none: [] }
  for (let round = 0; round < run.rounds; round += 1) {
    run.progress(`${clients} client${clients === 1 ? '' : 's'}, round ${round + 1}`)
    const times = await createPods(client, clients, run.isLong ? CREATIONS.long : CREATIONS.short)
    for (const place of ALL) taken[place].push(median(times[place]))
  }
  return taken
}

async function rowsAt(setting: Setting, clients: number, baseName: string): Promise<readonly Row[]> {
  const { ours, base, none } = await roundsOf(setting, clients)
  const added = (times: readonly number[]): readonly number[] =>
    times.map((time, round) => time - (none[round] ?? Number.NaN))
  const by = `${clients} client${clients === 1 ? '' : 's'}`
  const id = `api-server/pod/${clients}`
  return [
    {
      ...{ id: `${id}/added`, name: `added to a Pod creation, ${by}`, unit: 'ms', ours: added(ours) },
      base: { name: baseName, rounds: added(base) },
      ...(baseName === 'bare' ? { aim: { of: 'ratio', direction: 'at most', value: AIM } } : {}),
    },
    {
      ...{ id: `${id}/whole`, name: `the whole creation, ${by}`, unit: 'ms', ours },
      base: { name: baseName, rounds: base },
    },
  ]
}

/** The API server calls ours for two namespaces: in the second ones the other or the bare server answers. */
async function prepare(ground: Ground, run: BenchRun, other: string | undefined) {
  const ours = await ground.ours(run.root, EXPOSURES)
  if (other !== undefined) return { ours, base: await ground.ours(other, EXPOSURES) }
  const { namespace } = PLACES.base
  const object = JSON.parse(podText('base'))
  const review = {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '1',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      operation: 'CREATE',
      namespace,
      object,
    },
  }
  const answer = JSON.parse((await ground.ask(ours, JSON.stringify(review), 0)) ?? '{}')
  const { uid: _, ...response } = answer.response
  return { ours, base: await ground.bare([response]) }
}

async function measureBeside(run: BenchRun, other: string | undefined): Promise<readonly Row[]> {
  const bin = partsFolder()
  if (bin === undefined) return CLIENTS.map(missingRow)
  run.progress('starting etcd and the API server')
  const cluster = await startCluster(bin)
  const ground = await Ground.make()
  const client = new Client(cluster.server)
  try {
    const { ours, base } = await prepare(ground, run, other)
    const post = (at: string, object: unknown): Promise<string> =>
      client.call('POST', at, JSON.stringify(object))
    const hooks = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations'
    for (const { namespace } of Object.values(PLACES))
      await post('/api/v1/namespaces', { metadata: { name: namespace } })
    await post(hooks, webhook('ours', ours, ground.certificate.cert))
    await post(hooks, webhook('base', base, ground.certificate.cert))
    // Until the API server knows them.
    await new Promise((resolve) => setTimeout(resolve, SETTLED))
    run.progress('warm-up')
    await createPods(client, 8, WARM_UP)
    const rows: Row[] = []
    for (const clients of CLIENTS)
      rows.push(...(await rowsAt({ client, run }, clients, other === undefined ? 'bare' : 'other')))
    return rows
  } finally {
    client.end()
    await ground.close()
    await cluster.stop()
  }
}

/** Milliseconds; the API server's informers take well under one second. */
const SETTLED = 2_000

const missingRow = (clients: number): Row => ({
  ...{ id: `api-server/pod/${clients}/added`, unit: 'ms', ours: [] },
  name: `added to a Pod creation, ${clients} client${clients === 1 ? '' : 's'}`,
  aim: { of: 'ratio', direction: 'at most', value: AIM },
  note: `Not measured: no ${PARTS.join(', ')} in ${BIN}; "npm run test:e2e -- --parts-only" builds them, or KUBEBUILDER_ASSETS names a folder with them.`,
})

export const apiServer: Section = {
  name: 'api-server',
  title: 'Through a real API server: what a webhook adds, p50',
  measure: (run) => measureBeside(run, undefined),
  compare: measureBeside,
}
