import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { inProcess, STATED_SETTINGS, slackwater } from './run.ts'
import { EXPECTED, type Expected } from './well-formed-expected.ts'
import { KNOWN_ENDINGS, KNOWN_FALSE_ALARMS, KNOWN_WRONG } from './well-formed-known.ts'

/**
 * The false-alarm suite: 100 workloads as careful teams write them (`test/fixtures/well-formed/README.md`), and not one
 * warning. Whether something is said is asked without settings, as most people run `plan`; numbers are asked with the
 * terms stated from which their table derives them.
 */

const FOLDER = path.resolve('test/fixtures/well-formed')
const FILES = Object.keys(EXPECTED)
const PROTECTED = FILES.filter((file) => file.startsWith('protected/'))
const UNPROTECTED = FILES.filter((file) => file.startsWith('unprotected/'))

interface Ref {
  readonly kind: string
  readonly namespace?: string
  readonly name: string
}

interface Told {
  readonly id: string
  readonly severity: 'information' | 'warning' | 'error'
}

/** What the tests read of `plan -o json`. */
interface PlanJson {
  readonly objects: readonly (Ref & {
    readonly position: { readonly file: string }
    readonly verdict: string
    readonly budget?: { readonly sleepSeconds: number; readonly gracePeriodSeconds: number }
    readonly ending?: { readonly sigterm: number; readonly sigkill: number }
    readonly exposures: readonly {
      readonly service: Ref
      readonly loadBalancer: { readonly value: string }
      readonly targetType: { readonly value: string }
    }[]
    readonly findings: readonly (Told & { readonly holds: 'before' | 'after' | 'throughout' })[]
    readonly warnings: readonly string[]
    readonly patch: readonly unknown[]
  })[]
  readonly notices: readonly (Told & { readonly object: Ref })[]
  readonly notes: readonly (Told & { readonly text: string })[]
  readonly problems: readonly unknown[]
}

type Planned = PlanJson['objects'][number]

function plan(
  files: string,
  ...args: readonly string[]
): { plan: PlanJson; code: number | null; err: string } {
  const { out, code, err } = slackwater(['plan', '-f', files, '-o', 'json', ...args])
  return { plan: JSON.parse(out) as PlanJson, code, err }
}

const nameOf = ({ kind, namespace, name }: Ref): string => `${kind} ${namespace}/${name}`

/** The warnings of a plan; those that the changes end are left out where the file is there to be changed. */
function alarmsOf({ objects, notices, notes }: PlanJson, fixedCount: boolean): readonly string[] {
  const findings = objects.flatMap((object) =>
    object.findings
      .filter(({ severity, holds }) => severity !== 'information' && (fixedCount || holds !== 'before'))
      .map(({ id }) => `finding ${nameOf(object)} ${id}`),
  )
  const loud = notices.filter(({ severity }) => severity !== 'information')
  return [
    ...findings,
    ...loud.map(({ id, object }) => `notice ${nameOf(object)} ${id}`),
    ...notes
      .filter(({ severity }) => severity !== 'information')
      .map(({ id, text }) => `note ${id}: ${text}`),
  ].sort()
}

const knownIn = (files: readonly string[]): readonly string[] =>
  files.flatMap((file) => (KNOWN_FALSE_ALARMS[file] ?? []).map(({ alarm }) => alarm)).sort()

/** What sends to it and the sleep that it needs, in the form of the table. */
function foundOf({ verdict, exposures, budget }: Planned): Expected {
  if (verdict === 'out-of-scope') return 'left alone'
  const senders = new Set(
    exposures.map(({ loadBalancer, targetType }) => `${loadBalancer.value}-${targetType.value}`),
  )
  return senders.size === 0 ? 'none' : { behind: [...senders].join(), sleep: budget?.sleepSeconds ?? 0 }
}

const withoutGrace = (expected: Expected): Expected =>
  typeof expected === 'string' ? expected : { behind: expected.behind, sleep: expected.sleep }

/** The Services behind which Rollouts stand: those whose target groups send to their Pods. */
const SENDERS: Readonly<Record<string, readonly string[]>> = {
  'Rollout identity/accounts': ['accounts-active', 'accounts-preview'],
  'Rollout identity/login': ['login-canary', 'login-stable'],
  'Rollout intranet-rollout/wiki': ['wiki-canary', 'wiki-stable'],
  // no rule of the Ingress names its preview
  'Rollout signup/invite': ['invite-active'],
  'Rollout signup/signup': ['signup-ping', 'signup-pong'],
}

const rows = FILES.flatMap((file) => Object.entries(EXPECTED[file] ?? {}))

describe('the suite', () => {
  test('has 100 workloads in files that all are in the table', () => {
    expect(new Set(rows.map(([name]) => name)).size).toBe(100)
    const found = ['protected', 'unprotected'].flatMap((folder) =>
      readdirSync(path.join(FOLDER, folder)).map((file) => `${folder}/${file}`),
    )
    expect(found.sort()).toEqual([...FILES].sort())
  })

  test('every known false alarm is of a file of the suite, and says why', () => {
    for (const [file, alarms] of Object.entries(KNOWN_FALSE_ALARMS)) {
      expect(FILES).toContain(file)
      for (const { because } of alarms) expect(because.length).toBeGreaterThan(20)
    }
  })
})

describe('the folder', () => {
  const { plan: folder, err } = plan(FOLDER, '--settings', STATED_SETTINGS)

  test('is read whole, each workload with what sends to it and the sleep that follows', () => {
    expect([err, folder.problems]).toEqual(['', []])
    const expected = Object.fromEntries(rows.map(([name, row]) => [name, withoutGrace(row)]))
    expect(folder.objects).toHaveLength(100)
    expect(Object.fromEntries(folder.objects.map((object) => [nameOf(object), foundOf(object)]))).toEqual({
      ...expected,
      ...KNOWN_WRONG,
    })
  })

  test('where the team wrote hooks itself, nothing is written', () => {
    const touched = folder.objects.filter(
      ({ patch, position }) => patch.length > 0 && isOf(PROTECTED, position),
    )
    expect(touched.map(nameOf)).toEqual([])
  })

  test('an apply warns of nothing', () => {
    expect(
      folder.objects.flatMap((object) => object.warnings.map((text) => `${nameOf(object)}: ${text}`)),
    ).toEqual([])
  })

  test('a Rollout stands behind its stable and canary Services, or ping and pong, or active and preview', () => {
    const rollouts = folder.objects.filter(
      ({ kind, exposures }) => kind === 'Rollout' && exposures.length > 0,
    )
    const senders = rollouts.map((object) => [
      nameOf(object),
      [...new Set(object.exposures.map(({ service }) => service.name))].sort(),
    ])
    expect(Object.fromEntries(senders)).toEqual(SENDERS)
  })

  test('nobody with several replicas is told to have one', () => {
    const told = folder.objects.filter(({ findings }) => findings.some(({ id }) => id === 'single-replica'))
    expect(told.map(nameOf)).toEqual([])
  })
})

const isOf = (files: readonly string[], { file }: { readonly file: string }): boolean =>
  files.some((name) => file.endsWith(name))

describe.for(FILES)('%s', (file) => {
  test('alone causes no warning', async () => {
    const { out, code, err } = await inProcess(['plan', '-f', path.join(FOLDER, file), '-o', 'json'])
    const alone = JSON.parse(out) as PlanJson
    expect(alone.objects.map(nameOf).sort()).toEqual(Object.keys(EXPECTED[file] ?? {}).sort())
    expect([alone.problems, err]).toEqual([[], ''])
    expect(alarmsOf(alone, PROTECTED.includes(file))).toEqual(knownIn([file]))
    expect(code).toBe(alarmsOf(alone, false).length === 0 ? 0 : 1)
  })
})

describe('the unprotected ones, patched', () => {
  const target = mkdtempSync(path.join(tmpdir(), 'slackwater-well-formed-'))
  slackwater(['plan', '-f', FOLDER, '--settings', STATED_SETTINGS, '--write-to', target])
  const { plan: stated } = plan(target, '--settings', STATED_SETTINGS)
  const patched = stated.objects.filter(({ position }) => isOf(UNPROTECTED, position))

  test('end as the table says', () => {
    const endings = new Map(patched.map((object) => [nameOf(object), object.ending]))
    const others = UNPROTECTED.flatMap((file) => Object.entries(EXPECTED[file] ?? {})).filter(
      ([name, row]) => {
        const ending = endings.get(name)
        const isAsExpected =
          typeof row === 'string' || (ending?.sigterm === row.sleep && ending.sigkill === row.grace)
        return !isAsExpected
      },
    )
    expect(others.map(([name]) => name).sort()).toEqual(Object.keys(KNOWN_ENDINGS).sort())
  })

  test('need no further change', () => {
    expect(patched.filter(({ patch }) => patch.length > 0).map(nameOf)).toEqual([])
  })

  test('cause no warning, and the folder none either', () => {
    const { plan: again, code, err } = plan(target)
    const known = knownIn(FILES).filter((alarm) => !alarm.endsWith('readiness-gate-missing'))
    expect(err).toBe('')
    expect(alarmsOf(again, false)).toEqual(known)
    expect(code).toBe(known.length === 0 ? 0 : 1)
  })
})
