import { expect, test } from 'vitest'
import { admit } from '../../src/admission/admit.ts'
import { validate } from '../../src/admission/validate.ts'
import { createInventory } from '../../src/core/inventory/create-inventory.ts'
import { keepIn } from '../../src/inventory/keep-in.ts'
import { ShapeError } from '../../src/kubernetes/json.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'
import { requestFor } from '../admission/world.ts'
import type { RawObject } from './attack.ts'
import { ATTACKS } from './attacks.ts'
import { CLUSTER, deployment, ingress, service, template } from './objects.ts'

/**
 * A definition of custom resources may let any field be anything. Whatever stands in the place of whichever value: the
 * object is read, or refused as one that has not the shape of its kind; nothing else is thrown, then or later.
 */

const settings = { ...DEFAULT_SETTINGS, fromFiles: false }
const PLACE = { namespace: 'tenant', other: 'tenant-2', neighbor: 'shop' }

/** One of each kind and manner. */
const SAMPLES: readonly RawObject[] = ATTACKS.flatMap((attack) => {
  const objects = attack.objects(2, PLACE)
  return [...Map.groupBy(objects, ({ kind }) => kind).values()].flatMap(([first]) => first ?? [])
})

const deep = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)

/** What may stand in the place of a value. */
const WRONG: readonly unknown[] = [
  null,
  '',
  'constructor',
  -1,
  1.5,
  Number.MAX_VALUE,
  true,
  [],
  {},
  [null],
  [{}],
  { a: null },
  JSON.parse('{"__proto__":1}'),
  // The API server takes no deeper ones (apimachinery pkg/runtime/serializer/json: 10,000).
  deep(9_000),
]

/** The object, with another value in each place of it. */
function* withEach(value: unknown, wrong: unknown): Generator<unknown> {
  yield wrong
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      for (const changed of withEach(item, wrong)) yield value.with(index, changed)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value))
      for (const changed of withEach(member, wrong)) yield { ...value, [key]: changed }
  }
}

/** @returns what was thrown, but for shapes. */
function thrown(object: unknown): unknown {
  const inventory = createInventory(settings)
  try {
    for (const one of CLUSTER) keepIn(inventory, one)
    keepIn(inventory, object)
    // As it comes again with another version.
    keepIn(inventory, object)
    inventory.exposuresOf({ namespace: PLACE.namespace, labels: { app: 'web' }, matching: 'template' })
    inventory.notices()
    inventory.exposedNamespaces()
    return undefined
  } catch (error) {
    return error instanceof ShapeError ? undefined : error
  }
}

/** What repeats itself says nothing more. Bytes. */
const LONGEST = 4_000

const distinct = [...new Map(SAMPLES.map((sample) => [JSON.stringify(sample), sample]))].flatMap(
  ([text, sample]) => (text.length <= LONGEST ? sample : []),
)

test.for(distinct.map((sample) => ({ sample, name: `${sample.kind} ${sample.metadata.name}` })))(
  'any value anywhere: $name',
  ({ sample }) => {
    const bad = WRONG.flatMap((wrong) =>
      [...withEach(sample, wrong)].map(thrown).filter((error) => error !== undefined),
    )
    expect(bad).toEqual([])
  },
)

const exposing = [...CLUSTER, service('tenant', 's0'), ingress('tenant', 'i', [{ service: 's0' }])]

const WORKLOAD = deployment(
  'tenant',
  'web',
  template({ 'slackwater.dev/mode': 'enforce' }, { 'slackwater.dev/injected': '{"grace":{"before":null}}' }, [
    {
      name: 'app',
      image: 'web:1',
      lifecycle: { preStop: { exec: { command: ['sleep', '5'] } }, postStart: { sleep: { seconds: 1 } } },
      livenessProbe: { httpGet: { path: '/', port: 80 }, terminationGracePeriodSeconds: 5 },
    },
  ]),
)

const ROLLING = {
  ...WORKLOAD,
  spec: { ...(WORKLOAD.spec as object), strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: '50%' } } },
}

test.for([
  { name: 'mutating', answering: admit },
  { name: 'validating', answering: validate },
])(
  'any value anywhere in a workload whose admission is asked for, as it comes or as it was: $name',
  ({ answering }) => {
    const inventory = createInventory(settings)
    for (const one of exposing) keepIn(inventory, one)
    const answer = (object: unknown, oldObject: unknown, operation = 'UPDATE'): unknown => {
      try {
        const changed = { operation, namespace: 'tenant', object, oldObject } as const
        answering(requestFor({ apiVersion: 'apps/v1', kind: 'Deployment' }, changed), { inventory, settings })
        return undefined
      } catch (error) {
        return error
      }
    }
    const bad = WRONG.flatMap((wrong) =>
      [...withEach(ROLLING, wrong)].flatMap((object) => [
        answer(object, ROLLING),
        answer(ROLLING, object),
        answer(object, null, 'CREATE'),
      ]),
    )
    expect(bad.filter((error) => error !== undefined)).toEqual([])
  },
)
