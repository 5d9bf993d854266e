import { HANDOVER_ANNOTATION } from '../model/keys.ts'
import type { Seconds } from '../model/seconds.ts'
import { type HandoverRecord, type HandoverStep, printHandover, type Spare } from './record.ts'
import type { PodView } from './scene.ts'
import type { NextStep } from './situation.ts'
import { HIGHEST_COST, LOWEST_COST } from './take-back.ts'

/** Annotation by which a ReplicaSet chooses the Pod that it deletes (KEP-2255). */
export const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'

/** Labels and annotations of one object, to be written at once; null removes. */
export interface MetadataChange {
  readonly labels?: Readonly<Record<string, string | null>>
  readonly annotations: Readonly<Record<string, string | null>>
}

/** What a record says that does not change from step to step. */
export type HandoverTerms = Omit<HandoverRecord, 'step' | 'labels' | 'deadline' | 'floor' | 'spare' | 'cost'>

/** Steps that are one write to the old Pod. */
type WrittenStep = Exclude<NextStep, { readonly do: 'wait' | 'nothing' | 'delete' | 'mark' | 'unmark' }>

/** A step that its record may still name; so the change of the first one is made from the terms. */
export function releaseOf(
  pod: PodView,
  {
    terms,
    floor,
    deadline,
  }: { readonly terms: HandoverTerms; readonly floor: number; readonly deadline: string },
): MetadataChange {
  const { releaseLabel } = terms
  const labels = { [releaseLabel]: pod.labels[releaseLabel] ?? '' }
  return {
    labels: { [releaseLabel]: null },
    annotations: {
      [HANDOVER_ANNOTATION]: printHandover({ ...terms, step: 'released', labels, floor, deadline }),
    },
  }
}

/** The write of a step to a Pod that has a record. */
export function changeOf(
  step: Exclude<WrittenStep, { readonly do: 'release' }>,
  {
    pod,
    record,
    deadline,
  }: { readonly pod: PodView; readonly record: HandoverRecord; readonly deadline: string },
): MetadataChange {
  const { cost: _, ...lasting } = record
  const written = (further: Partial<HandoverRecord>) => ({
    [HANDOVER_ANNOTATION]: printHandover({ ...lasting, deadline, ...further }),
  })
  switch (step.do) {
    case 'leave':
      return leaveOf(pod, record, written)
    case 'end':
      return { annotations: written({ step: 'ending' }) }
    case 'return':
      return {
        labels: missing(pod, record, ({ leaveLabels }, key) => leaveLabels.includes(key)),
        annotations: written({ step: 'returning' }),
      }
    case 'readopt':
      return { annotations: { [HANDOVER_ANNOTATION]: readopting(step.spare, { pod, record, deadline }) } }
    case 'reconsider':
      return {
        labels: { [record.releaseLabel]: null },
        annotations: {
          ...written({ step: 'released' }),
          ...ownCost(pod, record),
        },
      }
    case 'adopt':
      return {
        labels: missing(pod, record, ({ releaseLabel }, key) => key === releaseLabel),
        annotations: { [DELETION_COST]: HIGHEST_COST },
      }
    case 'clear':
      return {
        labels: missing(pod, record, () => true),
        annotations: { [HANDOVER_ANNOTATION]: null, ...ownCost(pod, record) },
      }
  }
}

/** Another spare Pod may have been named before. */
function readopting(
  spare: Spare | undefined,
  { pod, record, deadline }: Parameters<typeof changeOf>[1],
): string {
  const { spare: _, cost: __, ...lasting } = record
  return printHandover({
    ...lasting,
    step: 'readopting',
    deadline,
    ...(spare === undefined ? {} : { spare }),
    ...(pod.cost === undefined ? {} : { cost: pod.cost }),
  })
}

function leaveOf(
  { labels }: PodView,
  record: HandoverRecord,
  written: (further: Partial<HandoverRecord>) => Readonly<Record<string, string>>,
): MetadataChange {
  const there = Object.entries(labels).filter(([key]) => record.leaveLabels.includes(key))
  return {
    labels: Object.fromEntries(there.map(([key]) => [key, null])),
    annotations: written({ step: 'leaving', labels: { ...record.labels, ...Object.fromEntries(there) } }),
  }
}

/** Labels to put back: what has been given another value meanwhile stays. */
function missing(
  { labels }: PodView,
  record: HandoverRecord,
  isWanted: (record: HandoverRecord, key: string) => boolean,
): Readonly<Record<string, string>> {
  const taken = Object.entries(record.labels)
  return Object.fromEntries(taken.filter(([key]) => isWanted(record, key) && !Object.hasOwn(labels, key)))
}

/** Only where it still is as it was written with the release label. */
const ownCost = ({ cost }: PodView, record: HandoverRecord): Readonly<Record<string, string | null>> =>
  record.step === 'readopting' && cost === HIGHEST_COST ? { [DELETION_COST]: record.cost ?? null } : {}

/** The write to the spare Pod. @param cost absent: it had none. */
export const costOf = (cost: string | undefined): MetadataChange => ({
  annotations: { [DELETION_COST]: cost ?? null },
})

export const markOf = (): MetadataChange => costOf(LOWEST_COST)

/** How long a replacement may need to be ready. Seconds; a Deployment's own default (progressDeadlineSeconds). */
export const REPLACEMENT_LIMIT = 600

/** For the API server, controllers and kubelets to do their part of a step. Seconds; a choice. */
const ALLOWANCE = 60

const LIMITS: Readonly<
  Record<HandoverStep, (terms: { readonly sleep: Seconds; readonly healthy: Seconds }) => number>
> = {
  released: () => REPLACEMENT_LIMIT,
  leaving: ({ sleep }) => sleep + ALLOWANCE,
  ending: () => ALLOWANCE,
  returning: ({ healthy }) => healthy + ALLOWANCE,
  readopting: () => ALLOWANCE,
}

/** The step that a write begins. */
const BEGUN: Readonly<Record<WrittenStep['do'], HandoverStep>> = {
  release: 'released',
  leave: 'leaving',
  end: 'ending',
  return: 'returning',
  readopt: 'readopting',
  reconsider: 'released',
  adopt: 'readopting',
  clear: 'readopting',
}

/** What the record says after a step. @param now what it says before. */
export function stepAfter(step: NextStep['do'], now: HandoverStep | undefined): HandoverStep | undefined {
  if (step === 'clear') return undefined
  return Object.hasOwn(BEGUN, step) ? BEGUN[step as WrittenStep['do']] : now
}

/** When the step that a write begins should be over. Seconds from now. */
export const limitOf = (
  step: WrittenStep['do'],
  terms: { readonly sleep: Seconds; readonly healthy: Seconds },
): number => LIMITS[BEGUN[step]](terms)
