import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startControlPlane } from '../test/e2e/cluster/control-plane.ts'
import { BIN, type Part } from '../test/e2e/cluster/parts.ts'
import { stop } from '../test/e2e/cluster/processes.ts'
import { deploymentOf } from './cluster.ts'
import { podObject } from './http-reviews.ts'
import type { Ground, Server } from './http-servers.ts'
import { freePort } from './processes.ts'

/**
 * Pods that are created through a real API server: in each namespace another webhook is asked, or none. etcd and the API
 * server are those of the end-to-end suite, without a node: the Pods are never scheduled.
 */

/** A namespace in which one webhook is asked. */
export interface Place {
  readonly id: string
  readonly namespace: string
  /** Of the workload whose Pod is created. */
  readonly index: number
}

/** As bench/cluster.ts fills namespaces: 50 exposures in each. */
const EACH = 50

/** A namespace for each, with an exposed workload of its own. */
export const placesFor = (ids: readonly string[]): readonly Place[] =>
  ids.map((id, at) => ({ id, namespace: `team-${at}`, index: at * EACH + 10 }))

/** That a server must know for so many places. */
export const exposuresFor = (places: readonly Place[]): number => places.length * EACH

/** The place in which no webhook is asked. */
export const NOBODY = 'none'

export const PARTS: readonly Part[] = ['etcd', 'kube-apiserver', 'kubectl']

/** The folder of the programs; undefined: they are not there. */
export function partsFolder(): string | undefined {
  const given = process.env['KUBEBUILDER_ASSETS'] ?? ''
  const folder = given === '' ? BIN : given
  return PARTS.every((part) => existsSync(path.join(folder, part))) ? folder : undefined
}

/** What control-plane.ts gives to its administrator. */
const TOKEN = 'e2e-admin'

/** Milliseconds; the API server's informers take well under one second. */
const SETTLED = 2_000

/** Of thousands. A choice. */
const MOST_LOST = 20

/** A control plane of its own, and a client of it. */
export class Creations {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'slackwater-bench-cluster-'))
  // The cluster is ours: its certificate need not be known.
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8, rejectUnauthorized: false })
  #server = ''
  /** By place, how many creations failed because its webhook did: they are in no figure. */
  readonly lost = new Map<string, number>()
  readonly #places: readonly Place[]

  private constructor(places: readonly Place[]) {
    this.#places = places
  }

  /** @param bin the folder of the programs. @param ca of all webhooks. @param servers by the id of their place. */
  static async make(
    bin: string,
    places: readonly Place[],
    { ca, servers }: { readonly ca: string; readonly servers: ReadonlyMap<string, Server> },
  ): Promise<Creations> {
    const made = new Creations(places)
    try {
      await made.#start(bin)
      for (const place of places) {
        const server = servers.get(place.id)
        await made.#post('/api/v1/namespaces', { metadata: { name: place.namespace } })
        if (server !== undefined) await made.#post(WEBHOOKS, webhookFor(place, server, ca))
      }
      // Until the API server knows them.
      await pause(SETTLED)
      return made
    } catch (error) {
      await made.close()
      throw error
    }
  }

  async #start(bin: string): Promise<void> {
    const programs = (part: Part): string | undefined =>
      PARTS.includes(part) ? path.join(bin, part) : undefined
    const ports = { apiServer: await freePort(), etcd: await freePort(), etcdPeer: await freePort() }
    const { server } = await startControlPlane({
      folder: this.#folder,
      programs,
      address: '127.0.0.1',
      ports,
    })
    this.#server = server
  }

  /**
   * Each client creates one Pod after the other, in one namespace after the other: what disturbs one disturbs the next,
   * too. The Pods are deleted after.
   * @param each how many in each namespace. @returns milliseconds of each creation, by place.
   */
  async create(clients: number, each: number): Promise<ReadonlyMap<string, readonly number[]>> {
    const places = this.#places
    const texts = new Map(places.map((place) => [place, podText(place)]))
    const times = new Map(places.map(({ id }): [string, number[]] => [id, []]))
    const one = async (offset: number): Promise<void> => {
      for (let made = 0; made < (each * places.length) / clients; made += 1) {
        const place = places[(made + offset) % places.length]
        if (place === undefined) return
        const began = performance.now()
        const body = await this.#call('POST', podsAt(place), texts.get(place) ?? '').catch((error) => {
          this.#isLost(place, error)
          return undefined
        })
        if (body === undefined) continue
        times.get(place.id)?.push(performance.now() - began)
        if (body.includes('"preStop"') === (place.id === NOBODY))
          throw new Error(`${place.id}: ${body.slice(0, 400)}`)
      }
    }
    await Promise.all(Array.from({ length: clients }, (_, offset) => one(offset)))
    for (const place of places) await this.#call('DELETE', `${podsAt(place)}?gracePeriodSeconds=0`, '')
    return times
  }

  /** @throws what is no failure of a webhook, and where one fails too often to be measured. */
  #isLost({ id }: Place, error: unknown): void {
    const count = (this.lost.get(id) ?? 0) + 1
    if (!String(error).includes('failed calling webhook') || count > MOST_LOST) throw error
    this.lost.set(id, count)
  }

  #post(at: string, object: unknown): Promise<string> {
    return this.#call('POST', at, JSON.stringify(object))
  }

  /** Over as many connections as there are clients. @throws where it is refused. @returns the body. */
  #call(method: 'POST' | 'DELETE', at: string, text: string): Promise<string> {
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

  async close(): Promise<void> {
    this.#agent.destroy()
    for (const part of ['kube-apiserver', 'etcd']) await stop(this.#folder, part)
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

const WEBHOOKS = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations'

/** Asked about each Pod that is created in one namespace. All have the same rules. */
const webhookFor = (
  { id, namespace }: Place,
  { port, path: at, isNumbered }: Server,
  ca: string,
): unknown => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: `bench-${id}` },
  webhooks: [
    {
      name: `${id}.bench.slackwater.dev`,
      clientConfig: {
        url: `https://127.0.0.1:${port}${at.split('?')[0]}${isNumbered ? '0' : ''}`,
        caBundle: Buffer.from(ca).toString('base64'),
      },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      timeoutSeconds: 10,
      // What is lost must not count as fast.
      failurePolicy: 'Fail',
    },
  ],
})

const podsAt = ({ namespace }: Place): string => `/api/v1/namespaces/${namespace}/pods`

/** Of much the same length in each namespace. */
const podText = ({ index }: Place): string =>
  JSON.stringify({ ...podObject(deploymentOf(index)), status: undefined })

/** What a webhook is asked when such a Pod is created. */
export const podReview = (place: Place): string =>
  JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '1',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      operation: 'CREATE',
      namespace: place.namespace,
      object: JSON.parse(podText(place)),
    },
  })

/** A server that always answers as this one does to the Pod of that place. */
export async function bareLike(ground: Ground, server: Server, place: Place): Promise<Server> {
  const { response } = JSON.parse((await ground.ask(server, podReview(place), 0)) ?? '{}')
  const { uid: _, ...rest } = response
  return ground.bare([rest])
}
