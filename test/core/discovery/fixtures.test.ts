import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import type { DiscoverySettings } from '../../../src/core/discovery/objects/view.ts'
import { createInventory, type Inventory } from '../../../src/core/inventory/create-inventory.ts'
import type { Selection } from '../../../src/core/inventory/inventory.ts'
import { type Exposure, reasonText } from '../../../src/core/model/exposure.ts'
import { narrow } from '../../../src/kubernetes/narrow.ts'

/** One folder a rule, one pair of files a case: `<case>.yaml` and, by hand, `<case>.expected.yaml`. */
const ROOT = new URL('../../fixtures/discovery/', import.meta.url)
const SETTINGS: DiscoverySettings = { fromFiles: true }

interface ExpectedPods {
  readonly labels: Record<string, string>
  readonly matching?: 'template' | 'pod'
  /** `Kind name`. */
  readonly workload?: string
  readonly exposures: readonly Record<string, unknown>[]
}

interface Expected {
  readonly settings?: Partial<DiscoverySettings>
  readonly pods: readonly ExpectedPods[]
  readonly notices: readonly string[]
}

const filesOf = (rule: string): readonly string[] => readdirSync(new URL(`${rule}/`, ROOT)).sort()

const rules = readdirSync(ROOT).sort()
const cases = rules.flatMap((rule) =>
  filesOf(rule)
    .filter((file) => !file.endsWith('.expected.yaml'))
    .map((file) => ({ rule, name: file.replace(/\.yaml$/, '') })),
)

const read = (rule: string, file: string): string => readFileSync(new URL(`${rule}/${file}`, ROOT), 'utf8')

function inventoryOf(manifest: string, settings: DiscoverySettings): Inventory {
  const inventory = createInventory(settings)
  for (const document of parseAllDocuments(manifest)) {
    expect(document.errors).toEqual([])
    const object = narrow(document.toJS())
    if (object !== undefined) inventory.put(object)
  }
  return inventory
}

function selectionOf({ labels, matching = 'template', workload }: ExpectedPods): Selection {
  const [kind, name] = workload?.split(' ') ?? []
  const of = kind === undefined || name === undefined ? {} : { workload: { kind, namespace: 'shop', name } }
  return { namespace: 'shop', labels, matching, ...of }
}

/** Only what differs from the ordinary is mentioned, so that a case says what it is about. */
function summary(exposure: Exposure): Record<string, unknown> {
  const { evidence } = exposure
  const entries: readonly (readonly [string, unknown, boolean])[] = [
    ['service', exposure.service.name, true],
    ['loadBalancer', exposure.loadBalancer.value, true],
    ['targetType', exposure.targetType.value, true],
    ['D', evidence.deregistrationDelay[0]?.value, evidence.deregistrationDelay.length > 0],
    ['I', evidence.idleTimeout[0]?.value, evidence.idleTimeout.length > 0],
    ['interval', evidence.healthInterval[0]?.value, evidence.healthInterval.length > 0],
    ['timeout', evidence.healthTimeout[0]?.value, evidence.healthTimeout.length > 0],
    ['threshold', evidence.unhealthyThreshold[0]?.value, evidence.unhealthyThreshold.length > 0],
    ['healthy', evidence.healthyThreshold[0]?.value, evidence.healthyThreshold.length > 0],
    ['crossZone', evidence.crossZone.map(({ value }) => value), evidence.crossZone.length > 0],
    [
      'terminates',
      evidence.connectionTermination.map(({ value }) => value),
      evidence.connectionTermination.length > 0,
    ],
    ['checks', evidence.healthChecks, evidence.healthChecks.some((check) => Object.keys(check).length > 0)],
    ['policy', exposure.externalTrafficPolicy, exposure.externalTrafficPolicy === 'Local'],
    ['ways', exposure.because.length, exposure.because.length > 1],
    ['assumptions', exposure.assumptions.length, exposure.assumptions.length > 0],
    ['notReady', true, exposure.publishNotReadyAddresses],
    ['onePod', true, exposure.selectsOnePod],
    ['controller', exposure.controller, exposure.controller !== 'lbc'],
    ['otherClusters', true, exposure.otherClusters],
    ['switchedBy', exposure.switchedBy?.strategy, exposure.switchedBy !== undefined],
  ]
  return Object.fromEntries(entries.filter(([, , isSaid]) => isSaid).map(([key, value]) => [key, value]))
}

/** The chains of reasons are compared where a case writes them. */
const withoutChains = ({ because: _, ...rest }: Record<string, unknown>): Record<string, unknown> => rest

test('there are cases', () => {
  expect(cases.length).toBeGreaterThanOrEqual(150)
})

describe.for(rules)('%s', (rule) => {
  test('every case has its expectation and every expectation its case', () => {
    const files = filesOf(rule)
    const names = new Set(files.map((file) => file.replace(/(\.expected)?\.yaml$/, '')))
    const wanted = [...names].flatMap((name) => [`${name}.expected.yaml`, `${name}.yaml`]).sort()
    expect(files).toEqual(wanted)
  })
})

test.for(cases)('$rule: $name', ({ rule, name }) => {
  const text = read(rule, `${name}.expected.yaml`)
  expect(text).toMatch(/^# \S+ \S+/)
  const expected = parse(text) as Expected
  const inventory = inventoryOf(read(rule, `${name}.yaml`), { ...SETTINGS, ...expected.settings })
  for (const pods of expected.pods) {
    const found = inventory.exposuresOf(selectionOf(pods))
    expect(found.exposures.map(summary)).toEqual(pods.exposures.map(withoutChains))
    for (const [index, { because }] of pods.exposures.entries()) {
      if (because !== undefined) expect(found.exposures[index]?.because.map(reasonText)).toEqual(because)
    }
    for (const notice of inventory.noticesAbout(selectionOf(pods)))
      expect(inventory.notices()).toContainEqual(notice)
  }
  expect(inventory.notices().map(({ id }) => id)).toEqual(expected.notices)
})
