/** Which file of the suite begins when. */

/**
 * These measure how late an event loop is, or what memory and failures are like over minutes: nothing runs beside them. Two
 * of them at a time, or clusters of other files beside them, made both miss their bounds on two cores.
 */
const MEASURED = ['soak', 'hostile-others', 'hostile-services', 'hostile', 'strangers']

/**
 * The longest first: whoever is free takes the next, and the last ones are short. By their seconds in a run on two cores;
 * those that are not named take less than half a minute.
 */
const LONGEST = [
  ...[
    'flows',
    'departures',
    'story',
    'observed',
    'measured',
    'first-hour',
    'handover-undone',
    'policy-reports',
    'own-rollouts',
    'articles',
  ],
  ...[
    'handover-killed',
    'handover',
    'api-server',
    'refusals',
    'many-departures',
    'departure-traces',
    'memory',
    'harmless',
  ],
  ...['stuck-gate', 'cert-manager', 'registry', 'install', 'chart', 'adoption', 'sequences', 'away', 'helm4'],
  ...['stated-numbers', 'user-changes', 'remove', 'real-pods', 'replicas', 'first-screen', 'field'],
  ...['rights', 'load-balancer-controllers', 'validate'],
]

export const NAMED: readonly string[] = [...MEASURED, ...LONGEST]

/** `waiting`: they mostly wait, and others may run beside them. */
export const GROUP_NAMES = ['waiting', 'measured'] as const
export type GroupName = (typeof GROUP_NAMES)[number]

/** Files that run side by side, and at most on how many clusters; those of the next begin when these have ended. */
export interface Group {
  readonly name: GroupName
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
    {
      name: 'waiting',
      files: others.toSorted((a, b) => placeOf(a) - placeOf(b)),
      most: Number.POSITIVE_INFINITY,
    },
    { name: 'measured', files: files.filter(isMeasured), most: 1 },
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
