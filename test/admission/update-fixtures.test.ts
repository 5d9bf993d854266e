import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { validate } from '../../src/admission/validate.ts'
import { createInventory } from '../../src/core/inventory/create-inventory.ts'
import { keepIn } from '../../src/inventory/keep-in.ts'
import { root } from '../../src/kubernetes/json.ts'
import { toWorkloadSummary } from '../../src/kubernetes/workload.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'
import { OF_UPDATES } from '../fixtures/finding-fixtures.ts'
import { type JsonObject, requestFor } from './world.ts'

/**
 * Findings about an update: `test/fixtures/updates/ID/fail.CASE.yaml` has what a cluster stores, and as its last document
 * the update of one of these objects. `pass.CASE.yaml` is an update without the finding. The first line says why.
 */

const FOLDER = 'test/fixtures/updates'

interface StoredObject extends JsonObject {
  readonly kind: string
  readonly metadata: JsonObject & { readonly name: string; readonly namespace?: string }
}

const keyOf = ({ kind, metadata }: StoredObject): string => `${kind} ${metadata.namespace}/${metadata.name}`

/** With what the API server adds. */
const asStored = (object: StoredObject): StoredObject => ({
  ...object,
  metadata: { ...object.metadata, uid: object.metadata.name, creationTimestamp: '2026-03-02T10:00:00Z' },
})

/** What `kubectl apply` prints of the update. */
function warningsOf(text: string): readonly string[] {
  const objects = parseAllDocuments(text).map((document) => document.toJS() as StoredObject)
  const [update, ...stored] = objects.toReversed()
  const before = stored.find((object) => update !== undefined && keyOf(object) === keyOf(update))
  if (update === undefined || before === undefined)
    throw new Error('the last document updates none before it')
  const inventory = createInventory({ ...DEFAULT_SETTINGS, fromFiles: false })
  for (const object of stored) {
    keepIn(inventory, object)
    if (object.kind === 'Deployment') inventory.putWorkload(toWorkloadSummary(root(asStored(object))))
  }
  const request = requestFor(update, { operation: 'UPDATE', oldObject: before })
  return validate(request, { inventory, settings: DEFAULT_SETTINGS, traffic: inventory }).warnings
}

test('each finding about updates has its folder', () => {
  expect(readdirSync(FOLDER).sort()).toEqual([...OF_UPDATES].sort())
})

describe.for([...OF_UPDATES])('%s', (id) => {
  const cases = readdirSync(path.join(FOLDER, id)).map((file) => {
    const text = readFileSync(path.join(FOLDER, id, file), 'utf8')
    return { file, text, why: text.slice(2, text.indexOf('\n')) }
  })

  test('has two that fail and two that pass, and one of each near the border', () => {
    for (const word of ['fail.', 'pass.']) {
      const own = cases.filter(({ file }) => file.startsWith(word))
      expect(own.length).toBeGreaterThanOrEqual(2)
      expect(own.some(({ why }) => why.includes('at the border: '))).toBe(true)
    }
  })

  test.for(cases)('$file: $why', ({ file, text, why }) => {
    const fails = file.startsWith('fail.')
    expect(why.startsWith(fails ? 'warning: ' : 'passes: ')).toBe(true)
    expect(warningsOf(text).filter((line) => line.startsWith(`slackwater: ${id}: `))).toHaveLength(
      fails ? 1 : 0,
    )
  })
})
