import { printable } from '../../core/model/printable.ts'
import type { ResultWorkload } from '../../result/result.ts'

/** One part of an address within the page. Without invisible characters there is no lone surrogate either. */
const partOf = (text: string): string => encodeURIComponent(printable(text))

const addressOf = ({ cluster, kind, namespace, name }: ResultWorkload): string =>
  [...(cluster === undefined ? [] : [cluster]), kind, namespace, name].map(partOf).join('/')

/**
 * The address of each workload within the page, `Deployment/shop/web`. The same name again, as in several files, gets a
 * number: `Deployment/shop/web~2`.
 */
export const anchorsOf = (workloads: readonly ResultWorkload[]): readonly string[] =>
  numbered(workloads.map(addressOf))

/** The address of each finding of a workload, `Deployment/shop/web/prestop-missing`. */
export const findingAnchors = (anchor: string, findings: ResultWorkload['findings']): readonly string[] =>
  numbered(findings.map(({ id }) => `${anchor}/${partOf(id)}`))

function numbered(addresses: readonly string[]): readonly string[] {
  const times = new Map<string, number>()
  return addresses.map((address) => {
    const time = (times.get(address) ?? 0) + 1
    times.set(address, time)
    return time === 1 ? address : `${address}~${time}`
  })
}
