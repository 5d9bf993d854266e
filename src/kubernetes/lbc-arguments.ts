import { LONGEST_VALUE } from '../core/discovery/annotations/limits.ts'
import { LBC_FLAGS, type LbcArguments, type LbcFlag } from '../core/discovery/objects/lbc-objects.ts'

/** Given alone, it is true, and the word after it is not its value (pflag: BoolVar). */
const BOOLEAN: LbcFlag = 'enable-pod-readiness-gate-inject'
/** Given twice, both count (LBC pkg/config/feature_gates.go: Set). */
const GATHERED: LbcFlag = 'feature-gates'

/**
 * The flags that we read, by the rules of LBC's parser (github.com/spf13/pflag): `--flag=value` or `--flag value`, the
 * last one wins, nothing counts after `--`.
 */
export function lbcArguments(words: readonly string[]): LbcArguments {
  const given = new Map<LbcFlag, (string | null)[]>()
  for (let index = 0; index < words.length && words[index] !== '--'; index++) {
    const word = words[index] ?? ''
    const flag = flagOf(word)
    if (flag === undefined) continue
    const apart = !word.includes('=') && flag !== BOOLEAN
    if (apart) index++
    const value = textOf(word, apart ? words[index] : undefined)
    const before = flag === GATHERED ? (given.get(flag) ?? []) : []
    before.push(value)
    given.set(flag, before)
  }
  return Object.fromEntries([...given].map(([flag, values]) => [flag, joined(values)]))
}

const joined = (values: readonly (string | null)[]): string | null =>
  values.includes(null) ? null : values.join(',')

function flagOf(word: string): LbcFlag | undefined {
  const name = /^--([^=]+)/.exec(word)?.[1]
  return LBC_FLAGS.find((flag) => flag === name)
}

function textOf(word: string, next: string | undefined): string | null {
  const equals = word.indexOf('=')
  const value = equals < 0 ? (next ?? 'true') : word.slice(equals + 1)
  return value.length > LONGEST_VALUE || REFERENCE.test(value) ? null : value
}

/** `$(NAME)` stands for a variable of the container; `$$(NAME)` for itself (Kubernetes: Container.args). */
const REFERENCE = /(?<!\$)(\$\$)*\$\([^)]+\)/
