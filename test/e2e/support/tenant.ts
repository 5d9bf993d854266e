import { RESOURCES } from '../../../src/cluster/resources.ts'
import type { Attack, Place, RawObject } from '../../hostile/attack.ts'
import { deployment, template } from '../../hostile/objects.ts'
import { type ApiCall, type ApiReply, call, inLanes, pathOf } from './api.ts'
import { freshNamespace, kubectl, removeNamespace } from './kubectl.ts'

/** Somebody with the rights of a tenant: makes what an attack is made of, asks for admissions, changes, takes away. */
export interface Tenant {
  /** Makes everything. @returns how many the API server stored, and why it refused the others. */
  store(): Promise<Stored>
  /** Asks for the admission of Pods that the attack is about. @returns statuses. */
  ask(): Promise<readonly number[]>
  /** Changes some of what is stored, once, or again and again for so many milliseconds. @returns how often. */
  change(within?: number): Promise<number>
  /** Takes everything away; it goes in the background. */
  leave(): Promise<void>
}

export interface Stored {
  readonly count: number
  readonly refusals: readonly string[]
}

/** Each change is heard by everybody who watches. */
const CHANGES = 20
const ASKED = 3

/** Thousands of objects take their time: they go beside whatever comes next. */
const leaving: string[] = []

/** Until nothing is left of anybody: whoever comes next and waits for the end of a namespace would wait for these. */
export const allGone = async (): Promise<void> =>
  void (await kubectl(['delete', 'namespace', ...leaving.splice(0), '--ignore-not-found', '--timeout=240s']))

interface Written {
  readonly path: string
  readonly text: string
}

/** @param neighbor the namespace of somebody else. */
export async function tenantFor(attack: Attack, size: number, neighbor: string): Promise<Tenant> {
  const place: Place = { namespace: await freshNamespace(), other: await freshNamespace(), neighbor }
  // Written before anything is measured: it takes its time, too.
  const objects = attack.objects(size, place).map(writtenOf)
  const pods = attack.template?.(size) ?? template()
  const asked = writtenOf(deployment(place.namespace, 'asked', pods))
  return {
    store: async () => {
      const replies = await inLanes(objects, ({ path, text }) => call({ method: 'POST', path, text }))
      const refused = replies.filter(({ status }) => status !== 201)
      return {
        count: replies.length - refused.length,
        refusals: refused.map(({ body }) => JSON.stringify(body).slice(0, 500)),
      }
    },
    ask: async () => {
      const replies: ApiReply[] = []
      for (let nth = 0; nth < ASKED; nth++)
        replies.push(await call({ method: 'POST', query: { dryRun: 'All' }, ...asked }))
      return replies.map(({ status }) => status)
    },
    change: async (within = 0) => {
      const end = performance.now() + within
      let count = 0
      do {
        await inLanes(
          Array.from({ length: CHANGES }, (_, nth) => nth),
          (nth) => call(change(objects, nth)),
        )
        count += CHANGES
      } while (performance.now() < end)
      return count
    },
    leave: async () => {
      const wide = objects.filter(({ path }) => !path.includes('/namespaces/'))
      await inLanes(wide, ({ path, text }) => {
        const { metadata } = JSON.parse(text) as RawObject
        return call({ method: 'DELETE', path: `${path}/${metadata.name}` })
      })
      await Promise.all([place.namespace, place.other].map(removeNamespace))
      leaving.push(place.namespace, place.other)
    },
  }
}

/** Of one of the last objects, in a field that is kept. */
function change(objects: readonly Written[], nth: number): ApiCall {
  const some = objects.slice(-CHANGES)
  const { path = '', text = '' } = some[nth % some.length] ?? {}
  const { metadata } = JSON.parse(text) as RawObject
  // From 2 to 10, as ELB takes it.
  const annotations = { 'alb.ingress.kubernetes.io/unhealthy-threshold-count': String(2 + (nth % 9)) }
  return {
    method: 'PATCH',
    path: `${path}/${metadata.name}`,
    contentType: 'application/merge-patch+json',
    body: { metadata: { annotations } },
  }
}

function writtenOf(object: RawObject): Written {
  const { apiVersion, kind, metadata } = object
  const resource = RESOURCES.find((one) => one.kind === kind)
  const plural = resource?.plural ?? ''
  const { namespace } = metadata
  const path =
    namespace === undefined ? `/apis/${apiVersion}/${plural}` : pathOf({ apiVersion, plural }, namespace)
  return { path, text: JSON.stringify(object) }
}
