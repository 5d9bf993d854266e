import { given } from '../kubernetes/json.ts'
import type { Report } from './schema.ts'

interface KnownMissing {
  readonly missing?: Report['missing']
  readonly unknownWithout?: (part: string) => string | undefined
}

/** Each part once: a resource may be read for the inventory, and again to be judged. */
export function missingIn(
  { missing = [], unknownWithout }: KnownMissing,
  unlisted: Report['missing'],
): Report['missing'] {
  const known = new Set(missing.map(({ part }) => part))
  return [...missing, ...unlisted.filter(({ part }) => !known.has(part))].map((one) => ({
    ...given('unknown', unknownWithout?.(one.part)),
    ...one,
  }))
}
