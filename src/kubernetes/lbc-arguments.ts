import { LONGEST_VALUE } from '../core/discovery/annotations/limits.ts'
import { LBC_FLAGS, type LbcArguments, type LbcFlag } from '../core/discovery/objects/lbc-objects.ts'

/** A boolean flag: without `=` it is true, and the next argument is not its value (pflag: BoolVar). */
const BOOLEAN: LbcFlag = 'enable-pod-readiness-gate-inject'
/** If given twice, both values count (LBC pkg/config/feature_gates.go: Set). */
const GATHERED: LbcFlag = 'feature-gates'

/**
 * The flags that Slackwater reads, per the rules of LBC's parser (github.com/spf13/pflag): `--flag=value` and
 * `--flag value` are valid, the last one wins, nothing after `--` counts.
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
  return value.length > LONGEST_VALUE || hasReference(value) ? null : value
}

/** Nothing after the last `)` is one: looked for there, each `$(` that is not closed would take the rest of the text. */
const hasReference = (value: string): boolean => REFERENCE.test(value.slice(0, value.lastIndexOf(')') + 1))

/** `$(NAME)` refers to a variable of the container; `$$(NAME)` is literal (Kubernetes: Container.args). */
const REFERENCE = /(?<!\$)(\$\$)*\$\([^)]+\)/
