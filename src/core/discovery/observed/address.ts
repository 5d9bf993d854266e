/**
 * The host name that AWS gives to an ALB: `NAME-NUMBER.REGION.elb.amazonaws.com`, with `internal-` before it for an
 * internal one; in China it ends in `.cn`. A name has no dots, and none begins with `internal-` (ELB API reference,
 * CreateLoadBalancer: Name). A Classic Load Balancer has the same form; nothing is measured of one.
 */
const ALB = /^(?:internal-)?([a-z0-9-]+)-\d+\.([a-z0-9-]+)\.elb\.amazonaws\.com(?:\.cn)?$/

/** An ALB as its address shows it. The id in its ARN is not part of it, nor its account. */
interface AddressedAlb {
  /** The beginning of its name in access logs, `app/NAME`. */
  readonly name: string
  readonly region: string
}

/** Undefined for any other address. */
export function albAt(address: string): AddressedAlb | undefined {
  const [, name, region] = ALB.exec(address) ?? []
  return name === undefined || region === undefined ? undefined : { name: `app/${name}`, region }
}
