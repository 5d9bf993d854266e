import { given } from '../kubernetes/json.ts'
import type { ReportInputs } from './build-report.ts'
import type { Report } from './schema.ts'

/** Each part once: a resource may be read for the inventory, and again to be judged. */
export function missingIn(
  { missing = [], unknownWithout }: Pick<ReportInputs, 'missing' | 'unknownWithout'>,
  unlisted: Report['missing'],
): Report['missing'] {
  const known = new Set(missing.map(({ part }) => part))
  return [...missing, ...unlisted.filter(({ part }) => !known.has(part))].map((one) => ({
    ...given('unknown', unknownWithout?.(one.part)),
    ...one,
  }))
}
