/** Which file of the suite begins when. */

/**
 * These measure how late an event loop is: nothing runs beside them but another of them. What counts as late is judged by
 * CPU time, too (support/neighbor.ts).
 */
const MEASURED = ['hostile-others', 'hostile-services', 'hostile', 'strangers']

/**
 * The longest first: whoever is free takes the next, and the last ones are short. By their seconds in a run on two cores;
 * those that are not named take less than half a minute.
 */
const LONGEST = [
  ...['soak', 'flows', 'own-rollouts', 'articles', 'api-server', 'refusals', 'memory', 'harmless'],
  ...['stuck-gate', 'story', 'cert-manager', 'install', 'chart', 'adoption', 'sequences', 'away', 'helm4'],
  ...['stated-numbers', 'user-changes', 'remove', 'real-pods', 'replicas', 'first-screen', 'field'],
  ...['rights', 'load-balancer-controllers', 'validate'],
]

export const NAMED: readonly string[] = [...MEASURED, ...LONGEST]

/** Files that run side by side, and at most on how many clusters; those of the next begin when these have ended. */
export interface Group {
  readonly files: readonly string[]
  readonly most: number
}

/** @param files by their paths. */
export function orderOf(files: readonly string[]): readonly Group[] {
  const isMeasured = (file: string): boolean => MEASURED.includes(nameOf(file))
  const others = files.filter((file) => !isMeasured(file))
  const placeOf = (file: string): number => {
    const place = LONGEST.indexOf(nameOf(file))
    return place < 0 ? LONGEST.length : place
  }
  return [
    { files: others.toSorted((a, b) => placeOf(a) - placeOf(b)), most: Number.POSITIVE_INFINITY },
    { files: files.filter(isMeasured), most: 2 },
  ]
}

/** `test/e2e/own-rollouts.e2e.ts`: `own-rollouts`. */
export const nameOf = (file: string): string => /([^/]+)\.e2e\.ts$/.exec(file)?.[1] ?? file

export interface Asked {
  readonly files: readonly string[]
  /** From the first that begins with a dash: for vitest. */
  readonly options: readonly string[]
}

/** As vitest takes arguments: parts of paths of files; none: all. */
export function askedOf(args: readonly string[], all: readonly string[]): Asked {
  const dash = args.findIndex((arg) => arg.startsWith('-'))
  const parts = dash < 0 ? args : args.slice(0, dash)
  const isAsked = (file: string): boolean => parts.length === 0 || parts.some((part) => file.includes(part))
  return { files: all.filter(isAsked), options: dash < 0 ? [] : args.slice(dash) }
}
