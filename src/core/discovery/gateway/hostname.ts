/**
 * Whether a listener's and a route's hostname overlap (LBC pkg/gateway/routeutils/utils.go): they are equal, or one is
 * a wildcard `*.x` and the other ends with `.x`.
 */
export const areCompatible = (one: string, other: string): boolean =>
  one === other || isWithin(one, other) || isWithin(other, one)

const isWithin = (wildcard: string, host: string): boolean =>
  wildcard.startsWith('*.') && host.endsWith(wildcard.slice(1))
