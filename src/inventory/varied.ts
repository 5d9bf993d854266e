import type { Inventory } from '../core/inventory/create-inventory.ts'
import type { Discovered, ExposedNamespace, InventoryView, Selection } from '../core/inventory/inventory.ts'
import type { ExposingVariant, Exposure, Reason } from '../core/model/exposure.ts'
import type { Notice } from '../core/model/notice.ts'
import { compareRefs, compareText, keyOf, type ObjectRef } from '../core/model/object-ref.ts'
import type { Candidate } from '../core/model/resolved.ts'
import type { Steps } from '../core/model/steps.ts'
import { positionText } from '../manifests/position.ts'
import type { Layer, Variant, Variants } from './variants.ts'

/** What a plan, an answer and a report ask of what is known from files. */
export type FilesView = InventoryView &
  Pick<
    Inventory,
    'exposedNamespaces' | 'lbc' | 'namespaces' | 'notices' | 'noticesAbout' | 'objects' | 'passedOver'
  >

/** What is known if these variants are applied. */
interface Scenery {
  readonly inventory: Inventory
  readonly layer: Layer
}

/**
 * The usual variants, with everything that the other ones expose too. Each target group is counted with each content
 * that a variant gives it.
 */
export function variedView(
  usual: Inventory,
  others: readonly Scenery[],
  { usual: layer }: Variants,
): FilesView {
  if (others.length === 0) return usual
  const all = [
    { inventory: usual, layer },
    ...others.map((one) => ({ ...one, layer: new Map([...layer, ...one.layer]) })),
  ]
  return {
    exposuresOf: (selection) => union(all, selection),
    namespace: (name) => usual.namespace(name),
    namespaces: () => usual.namespaces(),
    workload: (ref) => usual.workload(ref),
    autoscaled: (ref) => usual.autoscaled(ref),
    gatedPeers: (...query) => first(all, ({ inventory }) => inventory.gatedPeers(...query)),
    lbc: () => usual.lbc(),
    objects: usual.objects,
    exposedNamespaces: () => exposedIn(all),
    notices: () => noticesOf(usual.notices(), others, (inventory) => inventory.notices()),
    noticesAbout: (selection) =>
      noticesOf(usual.noticesAbout(selection), others, (inventory) => inventory.noticesAbout(selection)),
    passedOver: () => passedOverIn(all.map(({ inventory }) => inventory)),
  }
}

function first<T, R>(all: readonly T[], find: (one: T) => R | undefined): R | undefined {
  for (const one of all) {
    const found = find(one)
    if (found !== undefined) return found
  }
  return undefined
}

function exposedIn(all: readonly Scenery[]): readonly ExposedNamespace[] {
  const named = all
    .flatMap(({ inventory }) => inventory.exposedNamespaces())
    .map((one) => [`${one.namespace}\0${one.controller}`, one] as const)
  return [...new Map(named)].sort(([a], [b]) => compareText(a, b)).map(([, one]) => one)
}

/** Of another scenery only warnings about its variants: what it has in common with the usual one is said already. */
function noticesOf(
  usual: readonly Notice[],
  others: readonly Scenery[],
  noticesIn: (inventory: Inventory) => readonly Notice[],
): readonly Notice[] {
  const further = others.flatMap(({ inventory, layer }) =>
    noticesIn(inventory).filter(({ severity, object }) => severity === 'warning' && layer.has(keyOf(object))),
  )
  return noticesOnce([...usual, ...further])
}

function* passedOverIn(all: readonly Inventory[]): Steps<readonly Notice[]> {
  const found: Notice[] = []
  for (const inventory of all) found.push(...(yield* inventory.passedOver()))
  return noticesOnce(found)
}

const noticesOnce = (some: readonly Notice[]): readonly Notice[] => {
  const byText = new Map(some.map((notice) => [JSON.stringify(notice), notice]))
  return [...byText.values()].sort(
    (a, b) => compareRefs(a.object, b.object) || compareText(a.id, b.id) || compareText(a.text, b.text),
  )
}

interface Sight {
  readonly layer: Layer
  readonly exposures: readonly Exposure[]
}

function union(all: readonly Scenery[], selection: Selection): Discovered {
  const sights = all.map(({ inventory, layer }): Sight => {
    const { exposures } = inventory.exposuresOf(selection)
    return { layer, exposures }
  })
  const blind = sights.filter(({ exposures }) => exposures.length === 0)
  const exposures = eachOnce(sights)
  const variant = blind.length === 0 ? undefined : exposingVariant(sights, blind)
  return { exposures: variant === undefined ? exposures : exposures.map((one) => ({ ...one, variant })) }
}

/**
 * One target group with different values in several variants is one exposure, and the longest time comes first, as for
 * Ingresses that share it. If it differs otherwise, or only one variant states a value, it is another exposure.
 */
function eachOnce(sights: readonly Sight[]): readonly Exposure[] {
  const [usual] = sights
  const found = new Map<string, Exposure>()
  const ids = new Set<string>()
  for (const { layer, exposures } of sights) {
    for (const exposure of exposures) {
      const key = kindOf(exposure)
      const same = found.get(key)
      const [place] = differing(exposure, layer, usual?.layer ?? layer)
      const id =
        ids.has(exposure.id) && place !== undefined ? `${exposure.id}, as in ${placeOf(place)}` : exposure.id
      ids.add(exposure.id)
      found.set(key, same === undefined ? { ...exposure, id } : withEvidence(same, exposure))
    }
  }
  return [...found.values()].sort((a, b) => compareText(a.id, b.id))
}

/** All but the times that are written, and which times are. */
function kindOf({ because: _, assumptions: __, evidence, ...content }: Exposure): string {
  const isWritten = Object.values(evidence).map(({ length }) => length > 0)
  return JSON.stringify([content, isWritten])
}

function withEvidence(one: Exposure, { evidence: other }: Exposure): Exposure {
  const { evidence } = one
  return {
    ...one,
    evidence: {
      deregistrationDelay: longestFirst(evidence.deregistrationDelay, other.deregistrationDelay),
      idleTimeout: longestFirst(evidence.idleTimeout, other.idleTimeout),
      healthInterval: longestFirst(evidence.healthInterval, other.healthInterval),
      healthTimeout: longestFirst(evidence.healthTimeout, other.healthTimeout),
      unhealthyThreshold: longestFirst(evidence.unhealthyThreshold, other.unhealthyThreshold),
      healthyThreshold: longestFirst(evidence.healthyThreshold, other.healthyThreshold),
      connectionTermination: together(evidence.connectionTermination, other.connectionTermination),
      crossZone: together(evidence.crossZone, other.crossZone),
      measured: together(evidence.measured, other.measured),
      healthChecks: together(evidence.healthChecks, other.healthChecks),
    },
  }
}

/** Each content once: variants that say the same leave no doubt. */
const together = <T>(some: readonly T[], others: readonly T[]): readonly T[] => [
  ...new Map([...some, ...others].map((one) => [JSON.stringify(one), one])).values(),
]

/** Each value once. There are no more than variants, and what one of them has is limited. */
const longestFirst = <T extends number>(
  some: readonly Candidate<T>[],
  others: readonly Candidate<T>[],
): readonly Candidate<T>[] => {
  const known = new Set(some.map(({ value }) => value))
  const further = others.filter(({ value }) => !known.has(value))
  return further.length === 0 ? some : [...some, ...further].sort((a, b) => b.value - a.value)
}

const placeOf = ({ manifest }: Variant): string => positionText(manifest.position)

/** The objects on the way of an exposure, then all others, whose variants differ between two layers. */
function differing(exposure: Exposure, layer: Layer, other: Layer): readonly Variant[] {
  const onWay = exposure.because.flatMap(refsOf).map(keyOf)
  return [...onWay, ...layer.keys()].flatMap((key) => {
    const variant = layer.get(key)
    return variant === undefined || other.get(key) === variant ? [] : [variant]
  })
}

const refsOf = (reason: Reason): readonly ObjectRef[] =>
  reason.flatMap((step) => ('object' in step ? [step.object] : []))

/** The variant that makes the difference between the first sight with an exposure and one without. */
function exposingVariant(sights: readonly Sight[], blind: readonly Sight[]): ExposingVariant | undefined {
  const seeing = sights.find(({ exposures }) => exposures.length > 0)
  const [exposure] = seeing?.exposures ?? []
  if (seeing === undefined || exposure === undefined) return undefined
  for (const { layer } of blind) {
    const [variant] = differing(exposure, seeing.layer, layer)
    const other = variant === undefined ? undefined : layer.get(keyOf(variant.ref))
    if (variant !== undefined && other !== undefined)
      return { object: variant.ref, exposing: placeOf(variant), other: placeOf(other) }
  }
  return undefined
}
