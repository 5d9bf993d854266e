import { describe, expect, test } from 'vitest'
import { toWorkload } from '../../src/kubernetes/workload.ts'

/**
 * Who has stated `spec.replicas`. The entries of managedFields are as an API server of 1.35 writes them: at a CREATE
 * by Update the creator owns every field, those filled in too; an Apply owns what it states; a change of the scale
 * goes to an entry with `subresource: scale`.
 */

interface Entry {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  readonly subresource?: string
  readonly fieldsV1: { readonly 'f:spec'?: object }
}

const WHOLE = { 'f:selector': {}, 'f:strategy': {}, 'f:template': { 'f:spec': {} } }
const REPLICAS = { 'f:replicas': {} }
const FILLED = { ...WHOLE, ...REPLICAS }

const update = (manager: string, fields: object, subresource?: string): Entry => ({
  manager,
  operation: 'Update',
  fieldsV1: { 'f:spec': fields },
  ...(subresource === undefined ? {} : { subresource }),
})
const apply = (manager: string, fields: object): Entry => ({
  manager,
  operation: 'Apply',
  fieldsV1: { 'f:spec': fields },
})

/** The creator, with all that the API server has filled in. */
const CREATED = update('kubectl-client-side-apply', FILLED)
const STATUS: Entry = { manager: 'kube-controller-manager', operation: 'Update', fieldsV1: {} }

interface Stored {
  readonly replicas?: unknown
  readonly applied?: unknown
  readonly entries?: readonly Entry[]
}

/** What is read of it as the workload's own number of replicas. */
function stated({ replicas, applied, entries }: Stored): number | undefined {
  const text = typeof applied === 'string' ? applied : JSON.stringify(applied)
  const annotations =
    applied === undefined ? {} : { 'kubectl.kubernetes.io/last-applied-configuration': text }
  return toWorkload({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      namespace: 'shop',
      annotations,
      ...(entries === undefined ? {} : { managedFields: entries }),
    },
    spec: { ...(replicas === undefined ? {} : { replicas }), template: { spec: { containers: [] } } },
  }).replicas
}

const manifest = (spec: unknown) => ({ apiVersion: 'apps/v1', kind: 'Deployment', spec })

describe('a manifest, and a CREATE without a source: what stands counts', () => {
  test.for<[string, Stored, number | undefined]>([
    ['nothing stands', {}, undefined],
    ['null stands, which is nothing', { replicas: null }, undefined],
    ['one', { replicas: 1 }, 1],
    ['none', { replicas: 0 }, 0],
    ['six', { replicas: 6 }, 6],
    ['one, created by Helm or Terraform', { replicas: 1, entries: [update('helm', FILLED)] }, 1],
    ['one, and no entry at all', { replicas: 1, entries: [] }, 1],
  ])('%s', ([, object, expected]) => {
    expect(stated(object)).toBe(expected)
  })
})

describe('a placeholder in a manifest is no number yet: unknown, and the workload is read', () => {
  test.for<string>([`\${REPLICAS}`, `\${REPLICAS:=3}`, '__REPLICAS__'])('%s', (replicas) => {
    expect(stated({ replicas })).toBeUndefined()
  })

  test.for<string>(['3', 'three', `\${A}\${B`, '__', ''])(
    'no placeholder, refused by every API server: %j',
    (replicas) => {
      expect(() => stated({ replicas })).toThrow('spec.replicas: expected a whole number, got a string')
    },
  )
})

describe('kubectl apply, client-side', () => {
  const without = manifest({ template: {} })
  const withOne = manifest({ replicas: 1, template: {} })
  test.for<[string, Stored, number | undefined]>([
    ['the manifest has none: 1 is filled in', { replicas: 1, applied: without }, undefined],
    ['and so it is once stored', { replicas: 1, applied: without, entries: [CREATED, STATUS] }, undefined],
    ['the manifest has null', { replicas: 1, applied: manifest({ replicas: null }) }, undefined],
    ['the manifest has 1', { replicas: 1, applied: withOne, entries: [CREATED] }, 1],
    ['the manifest has none, and six stand', { replicas: 6, applied: without, entries: [CREATED] }, 6],
    ['the text is broken', { replicas: 1, applied: '{"spec":{' }, 1],
    ['the text is no workload', { replicas: 1, applied: '[]' }, 1],
    ['the text is null', { replicas: 1, applied: 'null' }, 1],
    ['its spec is a text', { replicas: 1, applied: manifest('none') }, 1],
  ])('%s', ([, object, expected]) => {
    expect(stated(object)).toBe(expected)
  })
})

describe('server-side apply', () => {
  test.for<[string, readonly Entry[], number | undefined]>([
    ['it does not state them', [apply('flux', WHOLE), STATUS], undefined],
    ['it states them', [apply('flux', FILLED)], 1],
    ['another applier states them', [apply('flux', WHOLE), apply('scaler', REPLICAS)], 1],
    // A controller that applies a label knows nothing of the replicas: the creator's word counts as before.
    ['it is of a label only, on a created object', [update('helm', FILLED), apply('vpa', {})], 1],
  ])('%s', ([, entries, expected]) => {
    expect(stated({ replicas: 1, entries })).toBe(expected)
  })
})

test('an Apply is newer than what was last applied client-side', () => {
  const applied = manifest({ replicas: 1, template: {} })
  expect(stated({ replicas: 1, applied, entries: [CREATED, apply('flux', WHOLE)] })).toBeUndefined()
})

describe('someone has set them since', () => {
  const without = manifest({ template: {} })
  test.for<[string, Entry, number | undefined]>([
    ['kubectl scale --replicas=1', update('kubectl', REPLICAS, 'scale'), 1],
    ['an autoscaler', update('kube-controller-manager', REPLICAS, 'scale'), 1],
    ['kubectl edit', update('kubectl-edit', REPLICAS), 1],
    ['kubectl set image changes no replicas', update('kubectl-set', { 'f:template': {} }), undefined],
  ])('%s', ([, entry, expected]) => {
    expect(stated({ replicas: 1, applied: without, entries: [CREATED, entry] })).toBe(expected)
    expect(stated({ replicas: 1, entries: [apply('flux', WHOLE), entry] })).toBe(expected)
  })
})
