import { ALB, NLB } from '../discovery/annotations/annotation-keys.ts'
import type { Exposure } from '../model/exposure.ts'
import type { Candidate } from '../model/resolved.ts'
import { atObject, type PasteMapping } from './paste.ts'

/**
 * An attribute of a target group, where it is written now; else on its Service, whose annotation the controller takes
 * before the Ingress's (LBC pkg/ingress, MergeStringMap). Undefined where nothing is written and something else decides.
 */
export function attributePaste(
  exposure: Exposure,
  attribute: string,
  written: Candidate<unknown> | undefined,
): string | undefined {
  const source = written?.origin.source
  if (source?.kind === 'annotation')
    return source.key === NLB.crossZone
      ? atObject(source.object, annotated({ [source.key]: ownValue(attribute) }))
      : atObject(source.object, annotated({ [source.key]: attribute }), KEEP)
  if (source?.kind === 'field' && WHOLE_PATH.test(source.path))
    return atObject(source.object, listedAt(source.path, attribute), KEEP_LIST)
  const own = annotationsOf(exposure)
  if (own === undefined || (source !== undefined && source.kind !== 'default')) return undefined
  const note = own === ALB ? KEEP_INGRESS : KEEP
  return atObject(exposure.service, annotated({ [own.targetGroupAttributes]: attribute }), note)
}

/** What is written, whatever AWS says: that is where a change is made. The best of several; undefined: nothing is. */
export const writtenIn = <T>(candidates: readonly Candidate<T>[]): Candidate<T> | undefined =>
  candidates.find(({ origin }) => origin.source.kind !== 'aws')

const ownValue = (attribute: string): string => attribute.slice(attribute.indexOf('=') + 1)

/** Attributes of a Gateway's configuration, not those of one entry of a list. */
const WHOLE_PATH = /^spec(?:\.[a-zA-Z]+)*\.(?:targetGroup|loadBalancer)Attributes$/

/** `name=value` in the list at such a path. */
function listedAt(path: string, attribute: string): PasteMapping {
  const [key = '', value = ''] = attribute.split('=')
  return path
    .split('.')
    .reduceRight<PasteMapping | readonly PasteMapping[]>(
      (inner, part) => ({ [part]: inner }),
      [{ key, value }],
    ) as PasteMapping
}

const KEEP_LIST = 'keep the other attributes of this list'
const KEEP = 'keep the other attributes of this line'
const KEEP_INGRESS = 'repeat the attributes of the Ingress, this line replaces them'

const annotated = (annotations: PasteMapping): PasteMapping => ({ metadata: { annotations } })

/** The health check of a target group, as annotations of its Service. */
export function healthCheckPaste(
  exposure: Exposure,
  { path, port }: { readonly path: string; readonly port: number },
): string | undefined {
  const own = annotationsOf(exposure)
  if (own === undefined) return undefined
  return atObject(exposure.service, annotated({ [own.healthPath]: path, [own.healthPort]: String(port) }))
}

/** The annotations that decide about this target group; undefined: none does. */
function annotationsOf({ because, loadBalancer, controller }: Exposure): typeof ALB | typeof NLB | undefined {
  const kinds = because.map(([first]) => (first && 'object' in first ? first.object.kind : ''))
  // The controller's own binding of a target group says nothing of its attributes.
  const fronts = new Set(kinds.filter((kind) => kind !== 'TargetGroupBinding'))
  const [kind, ...others] = fronts
  if (others.length > 0 || controller !== 'lbc') return undefined
  if (kind === 'Ingress') return ALB
  return kind === 'Service' && loadBalancer.value === 'nlb' ? NLB : undefined
}
