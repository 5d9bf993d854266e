import type { Result, ResultWorkload } from '../../src/result/result.ts'
import { resultOf, shopResult } from './results.ts'

/** Everything that HTML, a terminal or a reader could be misled by. U+202E reverses; U+D800 alone is no character. */
export const HOSTILE_WORDS = [
  '<script>globalThis.executed = 1</script>',
  '"><img src=x onerror="globalThis.executed = 1">',
  '<svg onload="globalThis.executed = 1">',
  '</template></script><!--',
  'javascript:globalThis.executed=1',
  '\u001b[31m',
  '\u202e\u2028',
  'a\nb',
  'שלום',
  'x'.repeat(250),
  '\ud800',
].join('')

/** Words of fixed sets: the program itself writes them, and looks things up by them. */
const FIXED: readonly string[] = [
  ...['id', 'severity', 'holds', 'state', 'mode', 'kind', 'rank', 'row', 'exposure', 'decidedBy'],
  ...['limit', 'term', 'value', 'externalTrafficPolicy', 'of', 'look'],
]

/** Each text of a value with the words at its end. */
const poisoned = (value: unknown, key = ''): unknown => {
  if (typeof value === 'string') return FIXED.includes(key) ? value : value + HOSTILE_WORDS
  if (Array.isArray(value)) return value.map((item) => poisoned(item, key))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, poisoned(part, name)]))
}

/** So many workloads, and remarks, in which every text is hostile. */
export function hostileResult(count: number): Result {
  const { workloads } = shopResult()
  const remark = { what: 'note', id: 'replaced', severity: 'warning', message: 'm', action: 'a' } as const
  const all = Array.from(
    { length: count },
    () => poisoned({ cluster: 'c', ...workloads[0] }) as ResultWorkload,
  )
  return {
    ...resultOf(all),
    command: HOSTILE_WORDS,
    version: HOSTILE_WORDS,
    remarks: [
      poisoned({ ...remark, object: { kind: 'Service', namespace: 'n', name: 's' } }),
    ] as Result['remarks'],
  }
}
