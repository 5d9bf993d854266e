import { expect, test } from 'vitest'
import { type Served, toServe } from '../../src/certificates/serve.ts'
import type { StoredCertificates } from '../../src/certificates/stored-certificates.ts'

const NOW = 1_000_000
const authority = { id: 'a', cert: 'A', begins: 0, ends: 9_000_000 }

const served = (cert: string, begins: number, ends: number): Served => ({
  serving: { cert, key: `key of ${cert}`, begins, ends, names: [], issuer: 'a' },
  authority,
})
const keeping = ({ serving }: Served): StoredCertificates => ({ authorities: [authority], serving })

const GOOD = served('good', 0, 2_000_000)
const NEXT = served('next', 0, 3_000_000)
const EARLY = served('early', 1_500_000, 3_000_000)
const PAST = served('past', 0, 500_000)

test.for<[string, Served | undefined, Served, string]>([
  ['a good one replaces a good one', GOOD, NEXT, 'next'],
  ['one that has not begun does not replace one that holds', GOOD, EARLY, 'good'],
  ['nor does one that has ended', GOOD, PAST, 'good'],
  ['where none holds the newer one is served', PAST, EARLY, 'early'],
  ['where there is none before it, any is', undefined, EARLY, 'early'],
])('%s', ([, current, certificates, expected]) => {
  const next = toServe(current, keeping(certificates), { published: () => undefined, now: NOW })
  expect(next?.serving.cert).toBe(expected)
})
