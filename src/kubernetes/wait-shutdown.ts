import { LONGEST, type Seconds, seconds } from '../core/model/seconds.ts'
import { at, itemsOf, type JsonNode } from './json.ts'

/** kubernetes/ingress-nginx, rootfs/Dockerfile: where its image has the two. */
const HOOK = '/wait-shutdown'
const CONTROLLER = /(?:^|\/)nginx-ingress-controller$/
const FLAG = '--shutdown-grace-period'
/** pkg/flags/flags.go: the flag's default. */
const DEFAULT = seconds(0)
/** pflag also reads other bases (`010` is 8): no one writes them, and they are left unknown. */
const WHOLE = /^(?:0|[1-9]\d*)$/

/**
 * What ingress-nginx's hook waits for: `--shutdown-grace-period` in the container's command line. Nothing else of the
 * container is read, and that only where the hook is this one.
 * @returns undefined for any other hook, and where the command line does not show the controller or a plain number.
 */
export function shutdownGraceOf(
  container: JsonNode,
  exec: readonly string[] | undefined,
): Seconds | undefined {
  if (exec?.length !== 1 || exec[0] !== HOOK) return undefined
  const words = [...itemsOf(at(container, 'command')), ...itemsOf(at(container, 'args'))].map(
    ({ value }) => value,
  )
  const start = words.findIndex((word) => typeof word === 'string' && CONTROLLER.test(word))
  if (start < 0) return undefined
  const value = lastValue(words.slice(start + 1))
  if (value === undefined) return DEFAULT
  const length = typeof value === 'string' && WHOLE.test(value) ? Number(value) : Number.NaN
  return length <= LONGEST ? seconds(length) : undefined
}

/** github.com/spf13/pflag: `--flag=value` or `--flag value`, the last one wins. */
function lastValue(words: readonly unknown[]): unknown {
  const index = words.findLastIndex(
    (word) => typeof word === 'string' && (word === FLAG || word.startsWith(`${FLAG}=`)),
  )
  const word = words[index]
  if (typeof word !== 'string') return undefined
  return word === FLAG ? (words[index + 1] ?? null) : word.slice(FLAG.length + 1)
}
