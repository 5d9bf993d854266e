import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest'
import { SERVER_IMAGE } from './cluster/images.ts'
import { caseOf, cluster } from './support/cluster.ts'
import { fluxRound, outOfSync } from './support/deployers.ts'
import { kubectl, kubectlOk, run, stored } from './support/kubectl.ts'
import { rolloutsOf } from './support/rollouts.ts'
import { register, type Slackwater, startSlackwater, unregister } from './support/slackwater.ts'
import { protectionOf } from './support/template.ts'
import { inBoth, type Pair, pair, removePair, type Seen, type Step, trace } from './support/trace.ts'
import {
  type Manifest,
  manifestOf,
  VARIANTS,
  type Variant,
  variantNamed,
  withoutSource,
} from './support/variants.ts'

/**
 * What tools do all day, in a namespace with us and in one that is hidden from the webhook. What they say and what
 * they leave behind must be the same after each step: exit codes, words, templates (a rollout each), generations.
 */

/** As often the same manifest is sent. */
const ROUNDS = 20

let slackwater: Slackwater
let both: Pair

beforeAll(async () => {
  slackwater = await startSlackwater()
})
afterAll(async () => {
  await unregister()
  await slackwater.stop()
})
beforeEach(async () => {
  both = await pair()
})
afterEach(async () => {
  await removePair(both)
})

const variants = describe.for(VARIANTS.map((variant) => [variant.name, variant] as const))

const say =
  (args: readonly string[], ...objects: readonly unknown[]): Step =>
  (namespace) =>
    kubectl([...args, '-n', namespace, '-f', '-'], ...objects)

const CLIENT = ['apply']
const SERVER = ['apply', '--server-side', '--field-manager', 'argocd-controller']
const DIFF = ['diff']
const SERVER_DIFF = ['diff', '--server-side', '--field-manager', 'argocd-controller']

/** Takes the steps in both namespaces; what is seen must be the same after each. @returns it. */
async function sameInBoth(steps: readonly Step[]): Promise<readonly Seen[]> {
  const { ours, theirs } = await inBoth(both, (namespace) => trace({ namespace }, steps))
  expect(ours).toEqual(theirs)
  return ours
}

async function expectStored(variant: Variant): Promise<void> {
  const { sleeps, grace } = protectionOf(await stored(['deployment', 'web', '-n', both.withUs]))
  expect({ sleep: sleeps['app'], grace }).toEqual(variant.stored)
}

const codes = (seen: readonly Seen[]): readonly number[] => seen.map(({ code }) => code)
const rolled = (seen: readonly Seen[]): readonly boolean[] => seen.map((one) => one.rolled)
const templates = (seen: readonly Seen[]): readonly number[] => seen.map((one) => one.templates)
const times = <T>(count: number, value: T): readonly T[] => Array.from({ length: count }, () => value)

interface Flow {
  readonly name: string
  /** The manifest for the first time, and again. */
  readonly first: (manifest: Manifest) => Step
  readonly again: (manifest: Manifest) => Step
  /** Asks what an apply would change: exit code 1 where anything. */
  readonly diffs: (manifest: Manifest) => readonly Step[]
  /** The generation grows by so much with each round. */
  readonly growth: number
  /** Nothing in the stored object says which of its fields the manifest states. */
  readonly keepsNoSource?: boolean
}

const FLOWS: readonly Flow[] = [
  {
    name: 'client-side apply',
    first: (manifest) => say(CLIENT, manifest),
    again: (manifest) => say(CLIENT, manifest),
    // As another manager: as `kubectl` it would write what was applied last in other words, with us and without.
    diffs: (manifest) => [say(DIFF, manifest), say([...SERVER_DIFF, '--force-conflicts'], manifest)],
    growth: 0,
  },
  {
    name: 'server-side apply',
    first: (manifest) => say(SERVER, manifest),
    again: (manifest) => say(SERVER, manifest),
    diffs: (manifest) => [say(SERVER_DIFF, manifest)],
    growth: 0,
  },
  {
    name: 'kubectl replace',
    first: (manifest) => say(['create'], manifest),
    again: (manifest) => say(['replace'], manifest),
    diffs: (manifest) => [say([...SERVER_DIFF, '--force-conflicts'], manifest)],
    keepsNoSource: true,
    // It drops the revision, which is an annotation, and Deployments count changes of annotations.
    growth: 1,
  },
]

describe.for(FLOWS.map((flow) => [flow.name, flow] as const))('the same manifest by %s', ([, flow]) => {
  variants('%s', ([, variant]) => {
    caseOf(`${ROUNDS} times: no rollout, no perpetual diff`, ['controllers'], async () => {
      const manifest = manifestOf(variant)
      const diffs = flow.diffs(manifest)
      const repeated = times(ROUNDS - 2, flow.again(manifest))
      const seen = await sameInBoth([
        flow.first(manifest),
        ...diffs,
        flow.again(manifest),
        ...diffs,
        ...repeated,
        ...diffs,
      ])
      expect(codes(seen)).toEqual(times(seen.length, 0))
      expect(templates(seen)).toEqual(times(seen.length, 1))
      expect(seen.at(-1)?.generation).toBe(1 + (ROUNDS - 1) * flow.growth)
      await expectStored(flow.keepsNoSource === true ? withoutSource(variant) : variant)
    })
  })
})

describe('Flux: a server-side dry run, and an apply where it differs', () => {
  variants('%s', ([, variant]) => {
    caseOf(`${ROUNDS} rounds: applied once, then never`, ['controllers'], async () => {
      const manifest = manifestOf(variant)
      const seen = await sameInBoth(times(ROUNDS, (namespace: string) => fluxRound(namespace, manifest)))
      expect(codes(seen)).toEqual([1, ...times(ROUNDS - 1, 0)])
      expect(templates(seen)).toEqual(times(ROUNDS, 1))
      await expectStored(variant)
    })
  })
})

const GRACE = '.spec.template.spec.terminationGracePeriodSeconds'

describe('Argo CD: its own three-way comparison, and an apply where it differs', () => {
  /** Code 1: it found a difference, and applied. */
  const round =
    (manifest: Manifest): Step =>
    async (namespace) => {
      if ((await outOfSync(namespace, manifest)).length === 0) return { code: 0, err: '' }
      const { code, err } = await kubectl(['apply', '-n', namespace, '-f', '-'], manifest)
      return { code: code === 0 ? 1 : 2, err }
    }

  const inSync = VARIANTS.filter(({ stored, grace = stored.grace }) => grace === stored.grace)
  describe.for(inSync.map((variant) => [variant.name, variant] as const))('%s', ([, variant]) => {
    caseOf(`${ROUNDS} rounds: applied once, then in sync`, ['controllers'], async () => {
      const seen = await sameInBoth(times(ROUNDS, round(manifestOf(variant))))
      expect(codes(seen)).toEqual([1, ...times(ROUNDS - 1, 0)])
      expect(templates(seen)).toEqual(times(ROUNDS, 1))
      await expectStored(variant)
    })
  })

  const raised = VARIANTS.filter((variant) => !inSync.includes(variant))
  describe.for(raised.map((variant) => [variant.name, variant] as const))('%s', ([, variant]) => {
    caseOf(
      `${ROUNDS} rounds: it asks no admission and sees the raised grace each time; no rollout`,
      ['controllers'],
      async () => {
        const manifest = manifestOf(variant)
        const seen = await trace({ namespace: both.withUs }, times(ROUNDS, round(manifest)))
        expect(codes(seen)).toEqual(times(ROUNDS, 1))
        expect(templates(seen)).toEqual(times(ROUNDS, 1))
        expect(seen.map(({ generation }) => generation)).toEqual(times(ROUNDS, 1))
        expect(await outOfSync(both.withUs, manifest)).toEqual([GRACE])
        await expectStored(variant)
      },
    )
  })

  caseOf(
    'the cure: slackwater.dev/shutdown-seconds in place of the stated grace: the same grace, in sync',
    ['controllers'],
    async () => {
      const annotations = { 'slackwater.dev/shutdown-seconds': '60' }
      const manifest = manifestOf(variantNamed('no grace stated'), { annotations })
      const seen = await sameInBoth(times(3, round(manifest)))
      expect(codes(seen)).toEqual([1, 0, 0])
      await expectStored(variantNamed('a grace stated above the sleep'))
    },
  )
})

const partial = (spec: unknown) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec,
})

const as = (manager: string, ...flags: readonly string[]) => [
  'apply',
  '--server-side',
  '--field-manager',
  manager,
  ...flags,
]

const OTHER_IMAGE = SERVER_IMAGE.replace(/:.*/, ':2')

describe('server-side apply by two managers', () => {
  variants('%s', ([, variant]) => {
    const { spec, ...rest } = manifestOf(variant)

    caseOf('another owns the replicas: no rollout, no conflict', ['controllers'], async () => {
      const { replicas: _, ...without } = spec
      const manifest = { ...rest, spec: without }
      // Once the replicas are left out of the first manager's manifest, as it is done with an autoscaler.
      const first = say(SERVER, { ...rest, spec: { ...spec, replicas: 0 } })
      const handOver = say(as('autoscaler', '--force-conflicts'), partial({ replicas: 0 }))
      const rounds = times(5, [say(SERVER, manifest), say(as('autoscaler'), partial({ replicas: 0 }))])
      const seen = await sameInBoth([first, handOver, ...rounds.flat(), say(SERVER_DIFF, manifest)])
      expect(codes(seen)).toEqual(times(seen.length, 0))
      expect(templates(seen)).toEqual(times(seen.length, 1))
      await expectStored(variant)
    })

    caseOf('another owns an annotation of the template: its own rollout only', ['controllers'], async () => {
      const metadata = { annotations: { 'example.com/checksum': '1' } }
      const annotate = say(as('reloader'), partial({ template: { metadata } }))
      const rounds = times(5, [say(SERVER, { ...rest, spec }), annotate])
      const seen = await sameInBoth([...rounds.flat(), say(SERVER_DIFF, { ...rest, spec })])
      expect(codes(seen)).toEqual(times(seen.length, 0))
      expect(templates(seen)).toEqual([1, ...times(seen.length - 1, 2)])
      await expectStored(variant)
    })

    caseOf(
      'another owns the image: its own rollout only, and the same conflict',
      ['controllers'],
      async () => {
        const whole = { ...rest, spec }
        const containers = [{ name: 'app', image: OTHER_IMAGE }]
        const update = say(
          as('image-updater', '--force-conflicts'),
          partial({ template: { spec: { containers } } }),
        )
        const { image: _, ...container } = spec.template.spec.containers[0] ?? {}
        const podSpec = { ...spec.template.spec, containers: [container] }
        const without = { ...rest, spec: { ...spec, template: { ...spec.template, spec: podSpec } } }
        const rounds = times(5, [say(SERVER, without), update])
        const seen = await sameInBoth([say(SERVER, whole), update, say(SERVER, whole), ...rounds.flat()])
        expect(codes(seen)).toEqual([0, 0, 1, ...times(10, 0)])
        expect(seen[2]?.err).toMatch(/conflict with "image-updater": .*\.image/)
        expect(templates(seen)).toEqual([1, ...times(seen.length - 1, 2)])
        await expectStored(variant)
      },
    )
  })
})

const chart = (): string => {
  const folder = path.join(cluster.folder, 'chart')
  mkdirSync(path.join(folder, 'templates'), { recursive: true })
  writeFileSync(
    path.join(folder, 'Chart.yaml'),
    JSON.stringify({ apiVersion: 'v2', name: 'web', version: '1.0.0' }),
  )
  writeFileSync(path.join(folder, 'templates', 'deployment.yaml'), '{{ toJson .Values.manifest }}\n')
  return folder
}

/** Else the eleventh revision makes it forget the first. */
const KEEP_ALL = ['--history-max', '0']

describe('Helm', () => {
  const helm =
    (args: readonly string[], manifest?: Manifest): Step =>
    (namespace) => {
      const values = manifest === undefined ? [] : ['--values', '-']
      const input = manifest === undefined ? '' : JSON.stringify({ manifest })
      return run(cluster.helm ?? 'helm', [...args, '-n', namespace, ...values], input)
    }

  variants('%s', ([, variant]) => {
    caseOf(
      'install, upgrades and a rollback: a rollout for each change of the chart, and no other',
      ['controllers', 'helm'],
      async () => {
        const upgrade = (manifest: Manifest) => helm(['upgrade', 'web', chart(), ...KEEP_ALL], manifest)
        const plain = manifestOf(variant)
        const image = manifestOf(variant, { image: OTHER_IMAGE })
        // A three-way merge into the very container in which our hook stands.
        const environment = manifestOf(variant, { image: OTHER_IMAGE, environment: { MOTD: 'hello' } })
        const steps = [
          helm(['install', 'web', chart()], plain),
          ...times(5, upgrade(plain)),
          upgrade(image),
          upgrade(image),
          upgrade(environment),
          upgrade(environment),
          helm(['rollback', 'web', '1', ...KEEP_ALL]),
          helm(['rollback', 'web', '1', ...KEEP_ALL]),
        ]
        const { ours, theirs } = await inBoth(both, (namespace) => trace({ namespace }, steps))
        for (const seen of [ours, theirs]) {
          expect(codes(seen)).toEqual(times(steps.length, 0))
          const quiet = [false, false, false, false, false]
          expect(rolled(seen)).toEqual([true, ...quiet, true, false, true, false, true, false])
        }
        expect(ours.map(({ generation }) => generation)).toEqual(theirs.map(({ generation }) => generation))
        if (variant === withoutSource(variant)) expect(ours).toEqual(theirs)
        // A first change lowers our grace: so the chart states it, and from then on the template is left alone.
        else expect(ours[6]?.err).toContain('slackwater: remove Slackwater’s preStop from app')
        await expectStored(variant)
      },
      240_000,
    )
  })

  const lower = variantNamed('a grace stated below the sleep')

  caseOf(
    'a chart that states a grace below the sleep, with us away: refused until its template has changed once with us',
    ['controllers', 'helm'],
    async () => {
      const plain = manifestOf(lower)
      const changed = manifestOf(lower, { image: OTHER_IMAGE })
      const upgrade = (manifest: Manifest) =>
        helm(['upgrade', 'web', chart(), ...KEEP_ALL], manifest)(both.withUs)
      await helm(['install', 'web', chart()], plain)(both.withUs)
      await expectStored(withoutSource(lower))
      await unregister()
      try {
        const refused = await upgrade(plain)
        expect(refused.code).toBe(1)
        expect(refused.err).toContain('must be non-negative and less than terminationGracePeriodSeconds')
        await register(slackwater)
        expect((await upgrade(changed)).code).toBe(0)
        await expectStored(lower)
        await unregister()
        expect(await upgrade(changed)).toMatchObject({ code: 0 })
        expect(await upgrade(plain)).toMatchObject({ code: 0 })
      } finally {
        await register(slackwater)
      }
    },
  )
})

caseOf(
  'a second manager that states the same grace above the sleep: a conflict that it has only with us; forced, no rollout',
  ['controllers'],
  async () => {
    const higher = variantNamed('a grace stated above the sleep')
    const podSpec = { terminationGracePeriodSeconds: 60 }
    const second = partial({ template: { spec: podSpec } })
    const steps = [say(SERVER, manifestOf(higher)), say(as('platform'), second)]
    const { ours, theirs } = await inBoth(both, (namespace) => trace({ namespace }, steps))
    expect(codes(theirs)).toEqual([0, 0])
    expect(codes(ours)).toEqual([0, 1])
    expect(ours[1]?.err).toContain(`conflict with "argocd-controller": ${GRACE}`)
    const forced = [...as('platform', '--force-conflicts'), '-n', both.withUs, '-f', '-']
    await kubectlOk(forced, second)
    expect((await rolloutsOf({ namespace: both.withUs })).templates).toHaveLength(1)
    await expectStored(higher)
  },
)
