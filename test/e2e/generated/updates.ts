import fc from 'fast-check'
import type { JsonObject } from './templates.ts'

/** What people and their tools do to an object that is there, as changes of the manifest that they hold. */

type Mutable = Record<string, unknown>

const isObject = (value: unknown): value is Mutable =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The pod template of a manifest, to be changed in place. */
function templateIn(manifest: Mutable, path: readonly string[]): Mutable {
  let found: unknown = manifest
  for (const key of path) found = isObject(found) ? found[key] : undefined
  if (!isObject(found)) throw new Error(`no template at ${path.join('.')}`)
  return found
}

const childOf = (parent: Mutable, key: string): Mutable => {
  const present = parent[key]
  if (isObject(present)) return present
  const made: Mutable = {}
  parent[key] = made
  return made
}

const containersOf = (template: Mutable): Mutable[] => {
  const listed = childOf(template, 'spec')['containers']
  return Array.isArray(listed) ? listed.filter(isObject) : []
}

type Change = (template: Mutable, manifest: Mutable) => void

const first = (template: Mutable): Mutable => containersOf(template)[0] ?? {}

const hook =
  (handler: JsonObject): Change =>
  (template) => {
    childOf(first(template), 'lifecycle')['preStop'] = handler
  }

const grace =
  (seconds: number | undefined): Change =>
  (template) => {
    if (seconds === undefined) delete childOf(template, 'spec')['terminationGracePeriodSeconds']
    else childOf(template, 'spec')['terminationGracePeriodSeconds'] = seconds
  }

const annotation =
  (key: string, value: string): Change =>
  (template) => {
    childOf(childOf(template, 'metadata'), 'annotations')[key] = value
  }

const mode =
  (value: string): Change =>
  (_, manifest) => {
    childOf(childOf(manifest, 'metadata'), 'labels')['slackwater.dev/mode'] = value
  }

const CHANGES: Readonly<Record<string, Change>> = {
  nothing: () => undefined,
  'another image': (template) => {
    for (const container of containersOf(template)) container['image'] = 'nginx:next'
  },
  'a restart': annotation('kubectl.kubernetes.io/restartedAt', '2026-01-01T00:00:00Z'),
  'a variable more': (template) => {
    first(template)['env'] = [{ name: 'NEW', value: 'yes' }]
  },
  'an exec hook': hook({ exec: { command: ['/bin/sh', '-c', 'sleep 20'] } }),
  'an HTTP hook': hook({ httpGet: { port: 8022, path: '/drain' } }),
  'a sleep of theirs': hook({ sleep: { seconds: 3 } }),
  'no lifecycle': (template) => {
    for (const container of containersOf(template)) delete container['lifecycle']
  },
  'a container more': (template) => {
    childOf(template, 'spec')['containers'] = [
      ...containersOf(template),
      { name: 'added-later', image: 'busybox', command: ['sleep', 'infinity'] },
    ]
  },
  'a container less': (template) => {
    const all = containersOf(template)
    childOf(template, 'spec')['containers'] = all.length > 1 ? all.slice(1) : all
  },
  'another name': (template) => {
    first(template)['name'] = 'renamed'
  },
  'containers the other way round': (template) => {
    childOf(template, 'spec')['containers'] = containersOf(template).toReversed()
  },
  'a grace period of 5': grace(5),
  'a grace period of 30': grace(30),
  'a grace period of 600': grace(600),
  'no grace period': grace(undefined),
  'a liveness probe': (template) => {
    first(template)['livenessProbe'] = { tcpSocket: { port: 8080 }, terminationGracePeriodSeconds: 3 }
  },
  'our record, damaged': annotation('slackwater.dev/injected', '{"sleep":{"app":'),
  'mode off': mode('off'),
  'mode dry-run': mode('dry-run'),
  'a mode that is none': mode('perhaps'),
}

/** One or several changes at once, by their names. */
export const changes: fc.Arbitrary<readonly string[]> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...Object.keys(CHANGES)).map((name) => [name]) },
  {
    weight: 2,
    arbitrary: fc.uniqueArray(fc.constantFrom(...Object.keys(CHANGES)), { minLength: 2, maxLength: 3 }),
  },
)

/** The manifest with the changes made. */
export function changed(
  manifest: JsonObject,
  templateAt: readonly string[],
  names: readonly string[],
): JsonObject {
  const copy: Mutable = structuredClone({ ...manifest })
  for (const name of names) CHANGES[name]?.(templateIn(copy, templateAt), copy)
  return copy
}

/** How a change is brought to the API server. */
export const VERBS = ['replace', 'server-side apply', 'strategic merge', 'merge'] as const
export type Verb = (typeof VERBS)[number]
