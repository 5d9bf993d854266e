import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest'
import { ASSUMED } from './support/away.ts'
import { caseOf, cluster, type Need } from './support/cluster.ts'
import { type Container, container, deployment, endOf, sleep, storedTemplate } from './support/deployment.ts'
import {
  freshNamespace,
  kubectl,
  kubectlOk,
  manifest as manifestText,
  removeNamespace,
  run,
  type Said,
} from './support/kubectl.ts'
import { rolloutsOf } from './support/rollouts.ts'
import { register, type Slackwater, startSlackwater, unregister } from './support/slackwater.ts'

/**
 * What the source states is the user's, from the moment that it states it: also where it is the very number that we
 * wrote. Behind an ALB with ip targets that is a sleep of 5 + 25 + 10 + 5 = 45 and a grace period of 45 + 30 = 75.
 */

let slackwater: Slackwater
let namespace: string

beforeAll(async () => {
  slackwater = await startSlackwater()
})
afterAll(async () => {
  await unregister()
  await slackwater.stop()
})
beforeEach(async () => {
  namespace = await freshNamespace()
})
afterEach(() => removeNamespace(namespace))

const RECORD = 'slackwater.dev/injected'
const HOOK = { lifecycle: { preStop: sleep(45) } }
const NEW = { env: [{ name: 'NAME', value: 'new' }] }

interface Stated {
  readonly grace?: number
  readonly containers?: readonly Container[]
  readonly off?: true
}

/** A manifest that states this much of a Pod's end. */
function source({ grace, containers = [container('app')], off }: Stated = {}) {
  const base = deployment({
    replicas: 0,
    annotations: ASSUMED,
    containers,
    ...(grace === undefined ? {} : { grace }),
  })
  const labels = off === undefined ? {} : { 'slackwater.dev/mode': 'off' }
  return { ...base, metadata: { name: 'web', labels } }
}
type Source = ReturnType<typeof source>

const bare = source()
const both = source({ grace: 75, containers: [container('app', HOOK)] })
/** The same numbers, another environment, and no more of us. */
const bothOff = source({ grace: 75, containers: [container('app', { ...HOOK, ...NEW })], off: true })

const state = async () => {
  const template = await storedTemplate(namespace)
  return { ...endOf(template), recorded: template.metadata.annotations?.[RECORD] !== undefined }
}
const rollouts = async (): Promise<number> => (await rolloutsOf({ namespace })).templates.length

const OURS = { hooks: { app: sleep(45) }, grace: 75, recorded: true }
const USERS = { ...OURS, recorded: false }

interface Tool {
  readonly name: string
  readonly needs: readonly Need[]
  readonly first: (object: Source) => Promise<Said>
  readonly again: (object: Source) => Promise<Said>
  /** A replacement says that our record shall go: that is a change of the template. */
  readonly dropsRecord?: true
}

const through =
  (...args: readonly string[]) =>
  (object: Source): Promise<Said> =>
    kubectlOk([...args, '-n', namespace, '-f', '-'], object)

const SERVER_SIDE = ['apply', '--server-side', '--field-manager']

function chart(): string {
  const folder = path.join(cluster.folder, 'stated-chart')
  mkdirSync(path.join(folder, 'templates'), { recursive: true })
  const about = { apiVersion: 'v2', name: 'web', version: '1.0.0' }
  writeFileSync(path.join(folder, 'Chart.yaml'), JSON.stringify(about))
  writeFileSync(path.join(folder, 'templates', 'deployment.yaml'), '{{ toJson .Values.manifest }}\n')
  return folder
}

const byHelm =
  (program: 'helm' | 'helm4', command: 'install' | 'upgrade') =>
  async (object: Source): Promise<Said> => {
    const args = [command, 'web', chart(), '-n', namespace, '--values', '-']
    const said = await run(cluster[program] ?? program, args, JSON.stringify({ manifest: object }))
    expect(said).toMatchObject({ code: 0 })
    return said
  }

const TOOLS: readonly Tool[] = [
  { name: 'kubectl apply', needs: [], first: through('apply'), again: through('apply') },
  {
    name: 'kubectl apply --server-side',
    needs: [],
    first: through('apply', '--server-side'),
    again: through('apply', '--server-side'),
  },
  {
    name: 'Argo CD with ServerSideApply=true',
    needs: [],
    first: through(...SERVER_SIDE, 'argocd-controller', '--force-conflicts'),
    again: through(...SERVER_SIDE, 'argocd-controller', '--force-conflicts'),
  },
  {
    name: 'Argo CD with Replace=true',
    needs: [],
    first: through('create'),
    again: through('replace'),
    dropsRecord: true,
  },
  { name: 'Helm 4', needs: ['helm4'], first: byHelm('helm4', 'install'), again: byHelm('helm4', 'upgrade') },
]

describe.for(TOOLS.map((tool) => [tool.name, tool] as const))('by %s', ([, tool]) => {
  const needs: readonly Need[] = ['controllers', ...tool.needs]
  const further = tool.dropsRecord === true ? 1 : 0

  caseOf(
    'both numbers: an opt-out changes nothing, the same file again starts no rollout',
    needs,
    async () => {
      await tool.first(bare)
      expect(await state()).toEqual(OURS)
      await tool.again(both)
      expect(await state()).toEqual({ ...OURS, recorded: further === 0 })
      expect(await rollouts()).toBe(1 + further)
      await tool.again(bothOff)
      expect(await state()).toEqual(USERS)
      expect(await rollouts()).toBe(2 + further)
      await tool.again(bothOff)
      expect(await rollouts()).toBe(2 + further)
    },
  )

  caseOf('both numbers, and no opt-out: the record is gone with the next change', needs, async () => {
    await tool.first(bare)
    await tool.again(both)
    await tool.again(source({ grace: 75, containers: [container('app', { ...HOOK, ...NEW })] }))
    expect(await state()).toEqual(USERS)
    expect(await rollouts()).toBe(2 + further)
  })

  caseOf('the hook of one container of two: ours leaves the other', needs, async () => {
    const two = (...containers: readonly Container[]): Stated => ({ grace: 75, containers })
    await tool.first(source({ containers: [container('app'), container('log')] }))
    await tool.again(source(two(container('app', HOOK), container('log'))))
    await tool.again(source({ ...two(container('app', { ...HOOK, ...NEW }), container('log')), off: true }))
    expect(await state()).toEqual({
      hooks: { app: sleep(45), log: undefined },
      grace: 75,
      recorded: false,
    })
  })
})

/**
 * A replacement states the grace period with all else, be it the default: with the hook of 45 alone it is refused, as
 * without us. With the 75 alone it has the hook put in again, and 45 + 75.
 */
describe.for(
  TOOLS.filter(({ dropsRecord }) => dropsRecord !== true).map((tool) => [tool.name, tool] as const),
)('by %s, one number of two', ([, tool]) => {
  const needs: readonly Need[] = ['controllers', ...tool.needs]

  caseOf('the hook alone: it stays, and so does the grace period that it needs', needs, async () => {
    await tool.first(bare)
    await tool.again(source({ containers: [container('app', HOOK)] }))
    await tool.again(source({ containers: [container('app', { ...HOOK, ...NEW })], off: true }))
    // 45 is above the 30 of before: the API server would refuse it.
    expect((await state()).hooks).toEqual({ app: sleep(45) })
    expect(await state()).toMatchObject({ grace: 75, recorded: false })
  })

  caseOf('the grace period alone: it stays, and the hook goes', needs, async () => {
    await tool.first(bare)
    await tool.again(source({ grace: 75 }))
    expect(await state()).toEqual(OURS)
    expect(await rollouts()).toBe(1)
    const off = source({ grace: 75, containers: [container('app', NEW)], off: true })
    await tool.again(off)
    expect(await state()).toEqual({ hooks: { app: undefined }, grace: 75, recorded: false })
    await tool.again(off)
    expect(await rollouts()).toBe(2)
  })
})

describe('the grace of a probe', () => {
  const PROBE = { tcpSocket: { port: 8080 } }
  const STATED = { ...PROBE, terminationGracePeriodSeconds: 30 }
  for (const tool of TOOLS.slice(0, 2))
    caseOf(`stays where ${tool.name} states it, and goes where it does not`, ['controllers'], async () => {
      const probed = (...probes: readonly object[]) =>
        ['app', 'log'].map((name, index) => container(name, { livenessProbe: probes[index] }))
      await tool.first(source({ containers: probed(PROBE, PROBE) }))
      await tool.again(source({ containers: probed(STATED, PROBE) }))
      expect(await rollouts()).toBe(1)
      const [app = container('app'), log = container('log')] = probed(STATED, PROBE)
      await tool.again(source({ containers: [{ ...app, ...NEW }, log], off: true }))
      const { spec } = await storedTemplate(namespace)
      const graces = spec.containers.map(
        ({ livenessProbe }) =>
          (livenessProbe as { readonly terminationGracePeriodSeconds?: number })
            .terminationGracePeriodSeconds,
      )
      expect(graces).toEqual([30, undefined])
    })
})

describe('an opt-out by somebody else than the source', () => {
  for (const tool of TOOLS.slice(0, 3))
    caseOf(`a label and a restart, after ${tool.name}`, ['controllers'], async () => {
      await tool.first(bare)
      await tool.again(both)
      await kubectlOk(['label', 'deployment', 'web', '-n', namespace, 'slackwater.dev/mode=off'])
      await kubectlOk(['rollout', 'restart', 'deployment/web', '-n', namespace])
      expect(await state()).toEqual(USERS)
    })

  caseOf('the source states 60, which we raised: the 60 comes back', ['controllers'], async () => {
    const sixty = source({ grace: 60 })
    await through(...SERVER_SIDE, 'argocd-controller')(sixty)
    // 45 + 60
    expect(await state()).toEqual({ ...OURS, grace: 105 })
    await kubectlOk(['label', 'deployment', 'web', '-n', namespace, 'slackwater.dev/mode=off'])
    await kubectlOk(['rollout', 'restart', 'deployment/web', '-n', namespace])
    expect(await state()).toEqual({ hooks: { app: undefined }, grace: 60, recorded: false })
  })

  caseOf('slackwater remove leaves it, and starts no rollout', ['controllers'], async () => {
    await through('apply')(bare)
    await through('apply')(both)
    await unregister()
    try {
      const args = [path.resolve('dist/main.js'), 'remove', '-n', namespace, '--yes', '--pause', '0']
      const { code, err } = await run(process.execPath, args)
      expect({ code, err }).toMatchObject({ code: 0 })
      expect(await state()).toEqual(OURS)
      expect(await rollouts()).toBe(1)
    } finally {
      await register(slackwater)
    }
  })

  caseOf('assume: none and sleep-seconds leave it', [], async () => {
    await through('apply')(bare)
    await through('apply')(both)
    for (const annotations of [
      { 'slackwater.dev/assume': 'none' },
      { ...ASSUMED, 'slackwater.dev/sleep-seconds': '10' },
    ]) {
      const { metadata, spec } = both
      const template = { ...spec.template, metadata: { ...spec.template.metadata, annotations } }
      await kubectlOk(['apply', '-n', namespace, '-f', '-'], {
        ...both,
        metadata,
        spec: { ...spec, template },
      })
      expect(await state()).toEqual(USERS)
    }
  })
})

caseOf(
  '`plan --patched`, committed and applied under the running webhook, ends with no record',
  ['controllers'],
  async () => {
    for (const tool of TOOLS.slice(0, 2)) {
      await removeNamespace(namespace)
      namespace = await freshNamespace()
      const two = source({ grace: 60, containers: [container('app'), container('log')] })
      await tool.first(two)
      const program = [path.resolve('dist/main.js'), 'plan', '-f', '-', '--patched']
      const { out } = await run(process.execPath, program, manifestText(two))
      const committed = JSON.parse(out.replace(/^---\n/, '')) as Source
      expect(endOf(committed.spec.template)).toEqual({
        hooks: { app: sleep(45), log: sleep(45) },
        grace: 105,
      })
      await tool.again(committed)
      expect(await rollouts()).toBe(1)
      await kubectlOk(['rollout', 'restart', 'deployment/web', '-n', namespace])
      expect(await state()).toEqual({ ...endOf(committed.spec.template), recorded: false })
      await tool.again(committed)
      expect(await rollouts()).toBe(2)
    }
  },
)

caseOf(
  'Helm 3 leaves no trace of what it begins to state: an opt-out takes it out, and the next upgrade puts it back',
  ['controllers', 'helm'],
  async () => {
    const upgrade = byHelm('helm', 'upgrade')
    await byHelm('helm', 'install')(bare)
    await upgrade(both)
    expect(await rollouts()).toBe(1)
    await upgrade(bothOff)
    expect(await state()).toEqual({ hooks: { app: undefined }, grace: 30, recorded: false })
    await upgrade(bothOff)
    expect(await state()).toEqual(USERS)
    expect(await rollouts()).toBe(3)
    await upgrade(bothOff)
    expect(await rollouts()).toBe(3)
  },
)

describe('an opt-out is accepted, and the grace period stays where a sleep of the user’s needs it', () => {
  const sidecar = { ...container('proxy'), restartPolicy: 'Always', lifecycle: { preStop: sleep(60) } }
  const shapes = [
    [
      'a sleep after the start',
      { containers: [container('app', { lifecycle: { postStart: sleep(50) } })] },
      75,
      75,
    ],
    // With sleep-seconds the budget is max(5 + 30, the sidecar's 60).
    ['a native sidecar', { containers: [container('app')], initContainers: [sidecar] }, 75, 60],
  ] as const
  for (const [name, more, raised, withSleep] of shapes)
    for (const [way, change] of [
      ['mode off', { metadata: { labels: { 'slackwater.dev/mode': 'off' } } }],
      ['assume: none', { annotations: { 'slackwater.dev/assume': 'none' } }],
      ['sleep-seconds', { annotations: { 'slackwater.dev/sleep-seconds': '5' } }],
    ] as const)
      caseOf(`${name}: ${way}`, [], async () => {
        const { spec, ...rest } = bare
        const template = { ...spec.template, spec: { ...spec.template.spec, ...more } }
        await kubectlOk(['apply', '-n', namespace, '-f', '-'], { ...rest, spec: { ...spec, template } })
        expect(await state()).toMatchObject({ hooks: { app: { sleep: { seconds: 45 } } }, grace: raised })
        const annotations = { restarted: '1', ...('annotations' in change ? change.annotations : {}) }
        const patch = {
          ...('metadata' in change ? { metadata: change.metadata } : {}),
          spec: { template: { metadata: { annotations } } },
        }
        const args = [
          'patch',
          'deployment',
          'web',
          '-n',
          namespace,
          '--type=merge',
          '-p',
          JSON.stringify(patch),
        ]
        expect(await kubectl(args)).toMatchObject({ code: 0 })
        const after = await state()
        const grace = { 'mode off': raised, 'assume: none': raised, 'sleep-seconds': withSleep }[way]
        expect(after.grace).toBe(grace)
        expect(after.hooks['app']).toEqual(way === 'sleep-seconds' ? sleep(5) : undefined)
      })
})

describe('a grace period that nobody means', () => {
  for (const grace of ['-1', '9223372036854775807'])
    caseOf(`${grace} is stored as the user says it, over our record`, [], async () => {
      await through('apply')(bare)
      const patch = `{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":${grace}}}}}`
      const args = ['patch', 'deployment', 'web', '-n', namespace, '--type=merge', '-p', patch]
      expect(await kubectl(args)).toMatchObject({ code: 0 })
      const { out } = await kubectlOk(['get', 'deployment', 'web', '-n', namespace, '-o', 'json'])
      expect(/"terminationGracePeriodSeconds": (-?\d+)/.exec(out)?.[1]).toBe(grace)
      // No sleep fits into a negative one: it goes to the Pods. Into the longest there is, it does.
      expect((await state()).hooks['app']).toEqual(grace === '-1' ? undefined : sleep(45))
      await kubectlOk(['label', 'deployment', 'web', '-n', namespace, 'slackwater.dev/mode=off'])
      await kubectlOk(['rollout', 'restart', 'deployment/web', '-n', namespace])
      expect((await state()).hooks['app']).toBeUndefined()
    })
})
