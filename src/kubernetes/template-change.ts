import { isDeepStrictEqual } from 'node:util'
import { restored } from '../core/decision/repair.ts'
import type { TemplateChange } from '../core/decision/subject.ts'
import { isNothing, standingIn } from '../core/injection/standing.ts'
import { changesTo, nothingOfOurs } from '../core/injection/target.ts'
import { RECORD_ANNOTATION } from '../core/model/keys.ts'
import { DEFAULT_GRACE, type PodTemplate } from '../core/model/workload.ts'
import { operationsFor } from './patch.ts'
import { applyToCopy } from './proof.ts'

/** A template as JSON, and as the policy reads it. */
export interface TemplateView {
  readonly raw: unknown
  readonly template: PodTemplate
}

/** Whether an update changes a template, and whether it changes more of it than our own work. */
export function compareTemplates(requested: TemplateView, stored: TemplateView): TemplateChange {
  if (isDeepStrictEqual(requested.raw, stored.raw)) return 'same'
  if (!standingIn(stored.template).recorded) return 'changed'
  return isDeepStrictEqual(withoutOurs(requested), withoutOurs(stored)) ? 'same-but-ours' : 'changed'
}

/** Whether all of our work that stands in the stored template stands in the requested one. */
export function keepsOurs(requested: PodTemplate, stored: PodTemplate): boolean {
  const standing = standingIn(stored)
  if (isNothing(standing)) return true
  const target = restored(stored, standing, stored.annotations[RECORD_ANNOTATION])
  return changesTo(requested, standingIn(requested), target).length === 0
}

/**
 * The JSON without our work. An absent grace period and the API server's default are the same, and so are an absent
 * mapping and one that our work leaves empty: the record does not know of a neighbour that has gone since.
 */
function withoutOurs({ raw, template }: TemplateView): unknown {
  const standing = standingIn(template)
  const changes = changesTo(template, standing, nothingOfOurs(template, standing))
  const bare = applyToCopy(raw, operationsFor(changes, template, ''))
  if (!isObject(bare)) return bare
  const { metadata, spec } = bare
  return {
    ...bare,
    metadata: withoutEmpty(metadata, 'annotations'),
    spec: isObject(spec) ? bareSpec(spec) : spec,
  }
}

type JsonObject = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null

function bareSpec(spec: JsonObject): JsonObject {
  const { containers } = spec
  const bare = { terminationGracePeriodSeconds: DEFAULT_GRACE, ...spec }
  if (!Array.isArray(containers)) return bare
  return { ...bare, containers: containers.map((container) => withoutEmpty(container, 'lifecycle')) }
}

function withoutEmpty(parent: unknown, key: string): unknown {
  if (!isObject(parent)) return parent
  const { [key]: member, ...rest } = parent
  return isObject(member) && Object.keys(member).length > 0 ? parent : rest
}
