/** Where an ARN's target group or load balancer is: what is asked about it goes there. */
export interface AwsPlace {
  /** `eu-central-1`. */
  readonly region: string
  /** Twelve digits. */
  readonly account: string
}

/**
 * A TargetGroupBinding may be written by whoever may write one, and its Region becomes part of a host name to which
 * signed requests go: only what AWS's own ARNs look like is asked about (AWS General Reference, ARNs; Region codes such
 * as `us-gov-west-1`, `ap-southeast-5`).
 */
const ARN =
  /^arn:aws[a-z-]{0,20}:elasticloadbalancing:([a-z]{2,4}(?:-[a-z]{2,12}){1,3}-\d{1,2}):(\d{12}):(?:targetgroup\/[A-Za-z0-9-]{1,64}|loadbalancer\/[a-z]{2,8}\/[A-Za-z0-9-]{1,64})\/[0-9a-f]{1,32}$/

/** @returns undefined for text that is no ARN of a target group or a load balancer. */
export function placeOf(arn: string): AwsPlace | undefined {
  const [, region, account] = ARN.exec(arn) ?? []
  return region === undefined || account === undefined ? undefined : { region, account }
}

/** ARNs of one place. */
interface Placed {
  readonly place: AwsPlace
  /** Sorted, each once. */
  readonly arns: readonly string[]
}

/**
 * By Region and account, sorted: each has an endpoint, permissions and limits of its own, so what one refuses is no
 * obstacle to the others. What is no ARN is left out.
 */
export function byPlace(arns: Iterable<string>): readonly Placed[] {
  const known = [...new Set(arns)].sort().flatMap((arn) => {
    const place = placeOf(arn)
    return place === undefined ? [] : [{ place, arn }]
  })
  return [...Map.groupBy(known, ({ place }) => placeText(place))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, [first, ...others]]) =>
      first === undefined ? [] : [{ place: first.place, arns: [first.arn, ...others.map(({ arn }) => arn)] }],
    )
}

/** For people, and unique: `account 111122223333 in eu-central-1`. */
export const placeText = ({ region, account }: AwsPlace): string => `account ${account} in ${region}`
