/**
 * The host name that AWS gives to an ALB: `NAME-NUMBER.REGION.elb.amazonaws.com`, with `internal-` before it for an
 * internal one; in China it ends in `.cn`. A name has no dots, and none begins with `internal-` (ELB API reference,
 * CreateLoadBalancer: Name). A Classic Load Balancer has the same form; nothing is measured of one.
 */
const ALB = /^(?:internal-)?([a-z0-9-]+)-\d+\.[a-z0-9-]+\.elb\.amazonaws\.com(?:\.cn)?$/

/** The beginning of its name in access logs, `app/NAME`; undefined for any other address. */
export function albNameOf(address: string): string | undefined {
  const name = ALB.exec(address)?.[1]
  return name === undefined ? undefined : `app/${name}`
}
