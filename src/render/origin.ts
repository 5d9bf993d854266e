import { refText } from '../core/model/object-ref.ts'
import type { Candidate, MeasuredProvenance, Origin, Provenance, Resolved } from '../core/model/resolved.ts'
import { tenths } from './counted.ts'

/** Where a number comes from: `annotation … of Service shop/web`, `assumed: AWS default`. */
export function originText({ rank, source, unused }: Origin): string {
  const text = `${provenanceText(source)}${unused === undefined ? '' : `; not used: ${unused}`}`
  if (rank === 'assumed') return `assumed: ${text}`
  return rank === 'observed' && isMeasured(source) ? `observed: ${text}` : text
}

/**
 * Where a value comes from, and below it, where something was measured or AWS was asked, what else is said of it: `instead
 * of 30: annotation …`, `17: observed: …; not used: fewer departures …`. Defaults are not repeated.
 */
export function originLines<T>(resolved: Resolved<T>): readonly string[] {
  const { origin, alternatives } = resolved
  const isOfInterest = [resolved, ...alternatives].some((one) => isEvidence(one))
  const others = isOfInterest ? alternatives.filter((one) => one.origin.rank !== 'assumed') : []
  return [originText(origin), ...others.map(insteadText)]
}

/** Of the terms that are observed, `derived` is C where it is a part of P (core/budget/measured-terms.ts). */
const isMeasured = ({ kind }: Provenance): boolean => kind === 'measured' || kind === 'derived'

const isEvidence = ({ origin: { source } }: Candidate<unknown>): boolean =>
  source.kind === 'measured' || source.kind === 'aws'

const insteadText = ({ value, origin }: Candidate<unknown>): string =>
  `${origin.unused === undefined ? 'instead of ' : ''}${value}: ${originText(origin)}`

export function provenanceText(source: Provenance): string {
  switch (source.kind) {
    case 'annotation':
    case 'label':
      return `${source.kind} ${source.key} of ${refText(source.object)}`
    case 'field':
      return `${source.path} of ${refText(source.object)}`
    case 'argument':
      return `argument ${source.name} of ${refText(source.object)}`
    case 'setting':
      return `setting ${source.name}`
    case 'default':
      return `${source.of} default`
    case 'derived':
      return source.text
    case 'measured':
      return measuredText(source)
    case 'aws':
      return `AWS, ${source.call} of ${resourceName(source.resource)} at ${source.asked}`
  }
}

/** `last request within 10.6 s of the deletion, n = 412, app/my-alb/50dc6c495c0c9188 until 2026-10-31`: an estimate, so not "came". */
const measuredText = ({ what, max, n, resource, until }: MeasuredProvenance): string =>
  `${MEASURED[what].replace('%', tenths(max))}, n = ${n}, ${resourceName(resource)} until ${until.slice(0, 10)}`

const MEASURED: Readonly<Record<MeasuredProvenance['what'], string>> = {
  lastRequest: 'last request within % s of the deletion',
  propagation: 'last request within % s of the deregistration',
  controller: 'deregistered within % s of the deletion',
}

/** `targetgroup/NAME/ID` of an ARN. */
const resourceName = (resource: string): string => resource.slice(resource.lastIndexOf(':') + 1)
