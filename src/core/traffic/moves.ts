import { targetsByRule } from '../discovery/ingress/ingress.ts'
import { type IngressObject, serviceRef } from '../discovery/objects/discovery-object.ts'
import type { RouteObject } from '../discovery/objects/gateway-api.ts'
import { type ObjectRef, refText } from '../model/object-ref.ts'

/** A Service that a rule sends to, with the port as written. */
export interface Target {
  readonly service: ObjectRef
  readonly port: string
}

/** With its share of the rule's traffic. */
export interface WeighedTarget extends Target {
  readonly weight: number
}

/** A rule of which an update takes every target away, and gives it others. */
export interface Move {
  /** `rule shop.example/cart`, `default backend`. */
  readonly at: string
  /** What it sent to, and how much. */
  readonly from: readonly WeighedTarget[]
  /** What it sends to now, and nothing of the object sent to before: no target of these is healthy yet. */
  readonly to: readonly Target[]
}

interface TargetsOfRule {
  readonly at: string
  readonly targets: readonly WeighedTarget[]
}

/**
 * Compares rule by rule. Each Service and port as written has a target group of its own for each object (LBC
 * pkg/ingress/model_build_target_group.go and pkg/gateway/model/model_build_target_group.go, buildTargetGroupResourceID):
 * another Service is another target group even if it selects the same Pods, and so is the same port by its name.
 * One that any rule of the object named before, with weight 0 too, has its targets.
 */
export function movesOf(
  before: IngressObject | RouteObject,
  after: IngressObject | RouteObject,
): readonly Move[] {
  const olds = rulesOf(before)
  const known = new Set(olds.flatMap(({ targets }) => targets.map(keyOfTarget)))
  return pairsOf(olds, rulesOf(after)).flatMap(([old, { at, targets }]): readonly Move[] => {
    const from = old.targets.filter(sends)
    const now = targets.filter(sends)
    const had = new Set(from.map(keyOfTarget))
    const to = now.filter((target) => !known.has(keyOfTarget(target)))
    const isMoved = from.length > 0 && to.length > 0 && !now.some((one) => had.has(keyOfTarget(one)))
    return isMoved ? [{ at, from, to }] : []
  })
}

const sends = ({ weight }: WeighedTarget): boolean => weight > 0

const keyOfTarget = ({ service, port }: Target): string => `${refText(service)}:${port}`

const rulesOf = (object: IngressObject | RouteObject): readonly TargetsOfRule[] =>
  object.kind === 'Ingress' ? rulesOfIngress(object) : rulesOfRoute(object)

/** Without a weight a target gets all of the traffic. */
const rulesOfIngress = (ingress: IngressObject): readonly TargetsOfRule[] =>
  targetsByRule(ingress).map(({ at, targets }) => ({
    at,
    targets: targets.map(({ service, port, weight = 1 }) => ({
      service: serviceRef(ingress.ref.namespace, service),
      port,
      weight,
    })),
  }))

/** A redirect forwards to nothing. */
const rulesOfRoute = ({ rules }: RouteObject): readonly TargetsOfRule[] =>
  rules.map(({ at, backends, redirects }) => ({
    at,
    targets: (redirects ? [] : backends).flatMap(({ object, port, weight }) =>
      object.kind === 'Service' && port !== undefined
        ? [{ service: object, port: String(port), weight }]
        : [],
    ),
  }))

/**
 * The rules that are there before and after. Several may have one name: as many of it before and after are taken in
 * their order, and else which is which is unknown.
 */
function pairsOf(
  before: readonly TargetsOfRule[],
  after: readonly TargetsOfRule[],
): readonly (readonly [TargetsOfRule, TargetsOfRule])[] {
  const olds = Map.groupBy(before, ({ at }) => at)
  return [...Map.groupBy(after, ({ at }) => at)].flatMap(([at, rules]) => {
    const same = olds.get(at) ?? []
    if (same.length !== rules.length) return []
    return rules.flatMap((rule, index) => {
      const old = same[index]
      return old === undefined ? [] : [[old, rule] as const]
    })
  })
}
