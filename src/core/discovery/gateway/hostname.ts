/**
 * Whether a listener's hostname leaves anything of a route's (LBC pkg/gateway/routeutils/utils.go): the same, or one
 * of them is a wildcard `*.x` and the other ends with `.x`.
 */
export const areCompatible = (one: string, other: string): boolean =>
  one === other || isWithin(one, other) || isWithin(other, one)

const isWithin = (wildcard: string, host: string): boolean =>
  wildcard.startsWith('*.') && host.endsWith(wildcard.slice(1))
