import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { FINDINGS } from '../../src/core/findings/catalogue.ts'
import { runsOf } from '../depth.ts'
import {
  containersOf,
  defaulted,
  type JsonObject,
  member,
  objectAt,
  patched,
  refusal,
  served,
} from './api-server.ts'
import { template, world } from './arbitrary.ts'
import { admitted, assessed, deployment, templateOf, type World } from './world.ts'

/** Each property runs this many cases; all together, which `npm run test:deep` takes, are well over 10,000. */
const RUNS = runsOf(1300)
const SEED = Number(process.env['SLACKWATER_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

const seen = { cases: 0, patched: 0 }

afterAll(() => {
  const share = Math.round((100 * seen.patched) / seen.cases)
  process.stdout.write(`properties: ${seen.cases} cases, ${share} % patched, SLACKWATER_SEED=${SEED}\n`)
  expect(seen.cases).toBeGreaterThanOrEqual(runsOf(10_000))
  expect(share).toBeGreaterThanOrEqual(80)
})

/** Runs a property over a template, the template as we leave it, and the world it was decided in. */
function always(check: (original: JsonObject, stored: JsonObject, where: World) => void): void {
  const property = fc.property(template, world, (original, where) => {
    const stored = admitted(original, where)
    seen.cases += 1
    if (JSON.stringify(stored) !== JSON.stringify(original)) seen.patched += 1
    check(original, stored, where)
  })
  fc.assert(property, { numRuns: RUNS, seed: SEED })
}

const graceOf = (pod: unknown): number => Number(member(pod, 'spec', 'terminationGracePeriodSeconds') ?? 30)

/** Seconds of a container's native sleep, ours or the user's, or of our hook as a command; 0 for any other. */
function knownSleep(container: JsonObject): number {
  const command = member(container, 'lifecycle', 'preStop', 'exec', 'command')
  const ofCommand = Array.isArray(command) ? /^sleep (\d+)$/.exec(String(command[2]))?.[1] : undefined
  return Number(member(container, 'lifecycle', 'preStop', 'sleep', 'seconds') ?? ofCommand ?? 0)
}

/** The same, with the commands of the generated hooks whose length is known: `sleep 10`, `sh -c "sleep 20 && quit"`. */
function knownLength(container: JsonObject): number {
  const command = member(container, 'lifecycle', 'preStop', 'exec', 'command')
  const sleep = Array.isArray(command) ? /(?:^|,)sleep[ ,](\d+)/.exec(command.join())?.[1] : undefined
  return Math.max(knownSleep(container), Number(sleep ?? 0))
}

const sidecarsOf = (pod: unknown): readonly JsonObject[] => {
  const init = member(pod, 'spec', 'initContainers')
  return containersOf({ spec: { containers: init } }).filter(
    ({ restartPolicy }) => restartPolicy === 'Always',
  )
}

const hasPreStop = (container: unknown): boolean =>
  (member(container, 'lifecycle', 'preStop') ?? null) !== null

const withImage = (pod: JsonObject, image: string): JsonObject => {
  const copy = structuredClone(pod)
  for (const container of containersOf(copy)) container['image'] = image
  return copy
}

const withMode = (pod: JsonObject, mode: string): JsonObject => {
  const copy = structuredClone(pod)
  objectAt(copy, 'metadata', 'labels')['slackwater.dev/mode'] = mode
  return copy
}

/** The containers that have less time after SIGTERM than they had. */
function hastened(original: JsonObject, stored: JsonObject): readonly string[] {
  const isGraceful = member(original, 'metadata', 'annotations', 'slackwater.dev/shutdown') === 'graceful'
  const left = (pod: JsonObject) => containersOf(pod).map((one) => graceOf(pod) - knownSleep(one))
  const [before, after] = [left(original), left(stored)]
  const names = containersOf(stored).map(({ name }) => String(name))
  return names.filter((name, index) => {
    // SIGTERM comes to a proxy without a hook when the application has drained: by design 5 s are left to it then.
    const outlives = isGraceful && name === 'istio-proxy' && !hasPreStop(containersOf(original)[index])
    return (after[index] ?? 0) < (outlives ? 5 : (before[index] ?? 0))
  })
}

describe('for every template and every exposure', () => {
  test('our answer applied twice is our answer', () => {
    always((_, stored, where) => {
      expect(admitted(stored, where)).toEqual(stored)
      const pod = { apiVersion: 'v1', kind: 'Pod', ...stored }
      expect(assessed('pod', { raw: pod }, where).operations).toEqual([])
    })
  })

  test('the result is valid, sleeps within its grace, and has no lower grace than before', () => {
    always((original, stored) => {
      expect(refusal(stored)).toBeUndefined()
      expect(graceOf(stored)).toBeGreaterThanOrEqual(graceOf(original))
    })
  })

  test('no container has less time after SIGTERM than it had, unless maxGrace says so', () => {
    always((original, stored, where) => {
      if (where.settings.maxGraceSeconds === undefined) expect(hastened(original, stored)).toEqual([])
    })
  })

  test('the grace period covers every hook whose length is known, of native sidecars too, unless maxGrace says so', () => {
    always((_, stored, { settings: { maxGraceSeconds = Number.POSITIVE_INFINITY } }) => {
      for (const one of [...containersOf(stored), ...sidecarsOf(stored)])
        expect(graceOf(stored)).toBeGreaterThanOrEqual(Math.min(knownLength(one), maxGraceSeconds))
    })
  })

  test('where maxGrace leaves a container less time after SIGTERM than it had, the budget says so', () => {
    always((original, stored, where) => {
      if (where.settings.maxGraceSeconds === undefined || hastened(original, stored).length === 0) return
      const { budget } = assessed('workload', { raw: deployment(original) }, where).decision
      expect(budget?.caps.map(({ limit }) => limit)).toContain('maxGraceSeconds')
    })
  })

  test('what is accepted, however it is written, changes no patch', () => {
    const entry = fc.constantFrom(...Object.keys(FINDINGS)).map((id) => `${id}: a reason`)
    const texts = fc.array(fc.oneof(entry, fc.string({ unit: 'binary' })), { maxLength: 5 })
    const property = fc.property(template, world, texts, (original, where, written) => {
      const { operations } = assessed('workload', { raw: deployment(original) }, where)
      const raw = deployment(original)
      objectAt(raw, 'metadata')['annotations'] = { 'slackwater.dev/accept': written.join('; ') }
      const settings = { ...where.settings, accept: { 'stale-gate': written.join() } }
      expect(assessed('workload', { raw }, { ...where, settings }).operations).toEqual(operations)
    })
    fc.assert(property, { numRuns: RUNS, seed: SEED })
  })

  test('nothing is touched, nor its order changed, but what we name', () => {
    always((original, stored) => {
      expect(JSON.stringify(withoutNamed(stored, original))).toBe(
        JSON.stringify(withoutNamed(original, original)),
      )
    })
  })

  test('an opt-out gives back the original, equal after defaulting', () => {
    always((original, stored, where) => {
      const request = withMode(stored, 'off')
      const recordless = structuredClone(original)
      dropOurRecord(recordless)
      const answered = admitted(request, where, stored)
      if (!carriesRecord(stored)) dropOurRecord(answered)
      expect(defaulted(answered)).toEqual(defaulted(withMode(recordless, 'off')))
    })
  })

  test('an update whose template is unchanged gets no patch', () => {
    always((_, stored, where) => {
      const raw = deployment(stored)
      expect(assessed('workload', { raw, stored: deployment(stored) }, where).operations).toEqual([])
    })
  })

  test('a replace from Git, which drops our work, gets the stored template back in every mode', () => {
    always((original, _, where) => {
      const fromGit = served(original)
      const stored = admitted(fromGit, where)
      const request = structuredClone(fromGit)
      dropOurRecord(request)
      for (const mode of ['enforce', 'dry-run', 'off'] as const) {
        const settings = { ...where.settings, mode }
        const answered = admitted(request, { ...where, settings }, stored)
        if (carriesRecord(stored)) expect(answered).toEqual(stored)
      }
    })
  })

  test('another replica that knows no exposure takes no protection away', () => {
    always((_, stored, where) => {
      const answered = admitted(withImage(stored, 'next'), { ...where, exposures: [] }, stored)
      expect(answered).toEqual(withImage(stored, 'next'))
    })
  })

  test('dry-run changes nothing, and says the same as enforce would do', () => {
    always((original, stored, where) => {
      const raw = deployment(original)
      const settings = { ...where.settings, mode: 'dry-run' as const }
      const result = assessed('workload', { raw }, { ...where, settings })
      expect(result.operations).toEqual([])
      expect(templateOf(patched(raw, result.proposed))).toEqual(stored)
    })
  })
})

const RECORD = 'slackwater.dev/injected'

const carriesRecord = (pod: unknown): boolean => {
  const text = member(pod, 'metadata', 'annotations', RECORD)
  return typeof text === 'string' && text.startsWith('{')
}

/** The key is ours: whatever stood under it before we wrote there is not kept. */
function dropOurRecord(pod: JsonObject): void {
  const annotations = member(pod, 'metadata', 'annotations')
  if (typeof annotations === 'object' && annotations !== null) delete (annotations as JsonObject)[RECORD]
}

/** What remains when everything that we may name is left out, decided by the original alone. */
function withoutNamed(pod: JsonObject, original: JsonObject): unknown {
  const copy = structuredClone(pod)
  delete objectAt(copy, 'spec')['terminationGracePeriodSeconds']
  dropOurRecord(copy)
  dropIfEmpty(objectAt(copy, 'metadata'), 'annotations')
  for (const [index, container] of containersOf(copy).entries()) {
    const before = containersOf(original)[index]
    dropHook(container, before)
    for (const probe of ['livenessProbe', 'startupProbe']) {
      const own = member(before, probe, 'terminationGracePeriodSeconds')
      if (container[probe] !== undefined && own === undefined)
        delete objectAt(container, probe)['terminationGracePeriodSeconds']
    }
  }
  return copy
}

function dropHook(container: JsonObject, before: unknown): void {
  const users = member(before, 'lifecycle', 'preStop')
  if (users !== undefined && users !== null) return
  const lifecycle = container['lifecycle']
  if (typeof lifecycle === 'object' && lifecycle !== null) delete (lifecycle as JsonObject)['preStop']
  dropIfEmpty(container, 'lifecycle')
}

function dropIfEmpty(parent: JsonObject, key: string): void {
  if (Object.keys(parent[key] ?? {}).length === 0) delete parent[key]
}
