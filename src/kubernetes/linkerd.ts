import { seconds } from '../core/model/seconds.ts'
import type { ProxyWait } from '../core/model/workload.ts'
import { at, type JsonNode } from './json.ts'

/** Linkerd gives the proxy that it injects a preStop sleep of this length (linkerd.io, Graceful Pod Shutdown). */
const WAIT = 'config.alpha.linkerd.io/proxy-wait-before-exit-seconds'

/** A native sidecar gets no such sleep: the kubelet stops it last (linkerd.io, Proxy Configuration). */
const NATIVE = ['config.alpha', 'config.beta', 'config'].map(
  (prefix) => `${prefix}.linkerd.io/proxy-enable-native-sidecar`,
)

/** What Linkerd reads: a whole number (controller injector, ParseUint). Fifteen digits are more than any sleep. */
const WHOLE = /^\d{1,15}$/

/** The hook that Linkerd will give its proxy; undefined where the annotations ask for none, or for no proxy. */
export function proxyWaitAt(annotations: JsonNode): ProxyWait | undefined {
  const { value } = at(annotations, WAIT)
  if (value === undefined) return undefined
  const textAt = (key: string) => String(at(annotations, key).value ?? '')
  const wait = textAt(WAIT)
  const isNative = NATIVE.some((key) => textAt(key) === 'true')
  if (!WHOLE.test(wait) || isNative || textAt('linkerd.io/inject') === 'disabled') return undefined
  return { container: 'linkerd-proxy', annotation: WAIT, length: seconds(Number(wait)) }
}
