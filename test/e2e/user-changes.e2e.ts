import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest'
import { SERVER_IMAGE } from './cluster/images.ts'
import { caseOf, cluster } from './support/cluster.ts'
import {
  freshNamespace,
  kubectl,
  kubectlOk,
  removeNamespace,
  run,
  type Said,
  type StoredObject,
  stored,
  storedAll,
} from './support/kubectl.ts'
import { newestPod, rolloutsOf } from './support/rollouts.ts'
import { INGRESS_CLASS, ingress, service } from './support/shop.ts'
import { register, type Slackwater, startSlackwater, unregister, waitFor } from './support/slackwater.ts'
import { protectionOf } from './support/template.ts'
import { exposed } from './support/trace.ts'
import { manifestOf, type Variant, variantNamed } from './support/variants.ts'

/** What users do later to a workload that we protect: their word counts, and no rollout is ours. */

let slackwater: Slackwater
let namespace: string

beforeAll(async () => {
  slackwater = await startSlackwater()
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
})
afterAll(async () => {
  await unregister()
  await slackwater.stop()
})
beforeEach(async () => {
  namespace = await freshNamespace()
})
afterEach(() => removeNamespace(namespace))

const CLIENT = ['apply']
const SERVER = ['apply', '--server-side', '--field-manager', 'argocd-controller']

const send = (args: readonly string[], ...objects: readonly unknown[]): Promise<Said> =>
  kubectlOk([...args, '-n', namespace, '-f', '-'], ...objects)

async function behindLoadBalancer(): Promise<void> {
  await send(CLIENT, service(), ingress())
  await exposed(namespace, { app: 'web' })
}

const UNSTATED = variantNamed('no grace stated')
const LOWER = variantNamed('a grace stated below the sleep')
const HIGHER = variantNamed('a grace stated above the sleep')

const onOneReplica = (one: Variant, environment?: Readonly<Record<string, string>>) =>
  manifestOf(one, { replicas: 1, ...(environment === undefined ? {} : { environment }) })

interface Template {
  readonly sleep: number | undefined
  readonly grace: number | undefined
  readonly recorded: boolean
}

const summary = (object: StoredObject): Template => {
  const { sleeps, grace, recorded } = protectionOf(object)
  return { sleep: sleeps['app'], grace, recorded }
}

const workload = (kind = 'deployment'): Promise<StoredObject> => stored([kind, 'web', '-n', namespace])

const template = async (): Promise<Template> => summary(await workload())

const pod = async (): Promise<Template> => summary(await newestPod({ namespace }))

const templates = async (): Promise<number> => (await rolloutsOf({ namespace })).templates.length

const hookIn = (object: unknown): unknown =>
  (object as ReturnType<typeof manifestOf>).spec.template.spec.containers.map((container) =>
    'lifecycle' in container ? container.lifecycle : undefined,
  )

describe('a user adds a preStop of their own', () => {
  const preStop = { exec: { command: ['/quit'] } }
  const waits = { exec: { command: ['sleep', '20'] } }
  const DROPPED = 'Warning: slackwater: remove Slackwater’s preStop next to yours on app\n'

  describe.for([
    ['client-side apply', CLIENT],
    ['server-side apply', SERVER],
  ] as const)('by %s', ([, args]) => {
    caseOf(
      'it is accepted, ours goes and is said to, the grace stays raised, one rollout',
      ['controllers'],
      async () => {
        await behindLoadBalancer()
        await send(args, manifestOf(UNSTATED))
        expect(await template()).toEqual({ sleep: 45, grace: 75, recorded: true })
        const own = { ...UNSTATED, preStop }
        expect((await send(args, manifestOf(own))).err).toBe(DROPPED)
        // Nobody has said how long their hook takes: what is raised is never lowered for that.
        expect(await template()).toMatchObject({ sleep: undefined, grace: 75 })
        expect(hookIn(await workload())).toEqual([{ preStop }])
        expect(await templates()).toBe(2)
        expect((await send(args, manifestOf(own))).err).toBe('')
        expect(
          (await kubectl(['diff', ...args.slice(1), '-n', namespace, '-f', '-'], manifestOf(own))).code,
        ).toBe(0)
        expect(await templates()).toBe(2)
      },
    )

    caseOf(
      'with a grace of their own: it is theirs, as they state it, one rollout',
      ['controllers'],
      async () => {
        await behindLoadBalancer()
        await send(args, manifestOf(UNSTATED))
        // Their hook of 20 s ends within their 50 s: nothing is raised.
        const own = { ...UNSTATED, preStop: waits, grace: 50 }
        expect((await send(args, manifestOf(own))).err).toBe(DROPPED)
        expect(await template()).toEqual({ sleep: undefined, grace: 50, recorded: false })
        expect(hookIn(await workload())).toEqual([{ preStop: waits }])
        expect(await templates()).toBe(2)
      },
    )
  })
})

describe('opt-out by the label slackwater.dev/mode: off', () => {
  const off = (...target: readonly string[]): Promise<Said> =>
    kubectlOk(['label', ...target, 'slackwater.dev/mode=off'])

  describe.for([
    [UNSTATED.name, UNSTATED, { grace: 30 }],
    [HIGHER.name, HIGHER, { grace: 60 }],
  ] as const)('%s', ([, one, former]) => {
    caseOf(
      'on the workload: no rollout by itself; with the next change of the template ours is gone, the former grace is back',
      ['controllers'],
      async () => {
        await behindLoadBalancer()
        await send(CLIENT, manifestOf(one))
        expect(await template()).toEqual({ ...one.stored, recorded: true })
        const { generation } = (await workload()).metadata
        await off('deployment', 'web', '-n', namespace)
        await send(CLIENT, manifestOf(one))
        expect((await workload()).metadata.generation).toBe(generation)
        expect(await template()).toEqual({ ...one.stored, recorded: true })
        await send(CLIENT, manifestOf(one, { environment: { MOTD: 'hello' } }))
        expect(await template()).toEqual({ sleep: undefined, ...former, recorded: false })
        expect(await templates()).toBe(2)
      },
    )
  })

  caseOf(
    'of the owner holds for its Pods: one that its ReplicaSet makes gets nothing',
    ['controllers'],
    async () => {
      await behindLoadBalancer()
      // This template is left alone: what its Pods get, they get at their creation.
      await send(CLIENT, onOneReplica(LOWER))
      expect(await pod()).toEqual({ sleep: 45, grace: 75, recorded: true })
      await off('deployment', 'web', '-n', namespace)
      // The label has to be heard of; each Pod that is deleted is made anew.
      await waitFor(async () => {
        await kubectlOk(['delete', 'pods', '-l', 'app=web', '-n', namespace, '--wait=false'])
        const { recorded } = await pod()
        return recorded ? undefined : true
      })
      expect(await pod()).toEqual({ sleep: undefined, grace: 30, recorded: false })
      expect(await templates()).toBe(1)
    },
  )

  caseOf(
    'on the namespace: nothing new, no rollout when it goes, injected with the next change',
    ['controllers'],
    async () => {
      await behindLoadBalancer()
      await off('namespace', namespace)
      await untilHeard(false)
      await send(CLIENT, onOneReplica(UNSTATED))
      expect(await template()).toEqual({ sleep: undefined, grace: 30, recorded: false })
      expect(await pod()).toEqual({ sleep: undefined, grace: 30, recorded: false })
      await kubectlOk(['label', 'namespace', namespace, 'slackwater.dev/mode-'])
      await untilHeard(true)
      await send(CLIENT, onOneReplica(UNSTATED))
      expect(await templates()).toBe(1)
      await send(CLIENT, onOneReplica(UNSTATED, { MOTD: 'hello' }))
      expect(await template()).toEqual({ sleep: 45, grace: 75, recorded: true })
      expect(await templates()).toBe(2)
    },
  )

  caseOf('a workload’s own label counts before its namespace’s', ['controllers'], async () => {
    await behindLoadBalancer()
    await off('namespace', namespace)
    await untilHeard(false)
    const manifest = manifestOf(UNSTATED)
    const labels = { 'slackwater.dev/mode': 'enforce' }
    await send(CLIENT, { ...manifest, metadata: { ...manifest.metadata, labels } })
    expect(await template()).toEqual({ sleep: 45, grace: 75, recorded: true })
  })

  /** What would be stored of a Deployment that says nothing about its mode. */
  const untilHeard = (injected: boolean): Promise<true> =>
    waitFor(
      async () => {
        const probe = { ...manifestOf(UNSTATED), metadata: { name: 'probe' } }
        const { out } = await send(['create', '--dry-run=server', '-o', 'json'], probe)
        return summary(JSON.parse(out) as StoredObject).recorded === injected ? true : undefined
      },
      undefined,
      'the mode of the namespace',
    )
})

/** The hash that Argo Rollouts would compute: any word does. */
const HASH = '5d8f7c9b6'

caseOf(
  'an Argo Rollout: its template is left untouched, and its Pods are protected',
  ['controllers'],
  async () => {
    await behindLoadBalancer()
    const { spec } = manifestOf(UNSTATED)
    const rollout = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'web' },
      spec: { ...spec, replicas: 1, strategy: { canary: {} } },
    }
    for (let round = 0; round < 3; round++) await send(CLIENT, rollout)
    const live = await workload('rollouts.argoproj.io')
    expect(live['spec']).toEqual(rollout.spec)
    expect(live.metadata.generation).toBe(1)

    // As its controller would: a ReplicaSet of its own, of which Kubernetes makes the Pods.
    const labels = { app: 'web', 'rollouts-pod-template-hash': HASH }
    const { apiVersion, kind, metadata } = rollout
    const owner = { apiVersion, kind, name: metadata.name, uid: live.metadata.uid, controller: true }
    const podSpec = spec.template.spec
    await send(CLIENT, {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: `web-${HASH}`, labels, ownerReferences: [owner] },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: podSpec },
      },
    })
    const set = await stored(['replicaset', `web-${HASH}`, '-n', namespace])
    expect(summary(set)).toEqual({ sleep: undefined, grace: 30, recorded: false })
    const made = await waitFor(async () => (await storedAll(['pods', '-n', namespace, '-l', 'app=web']))[0])
    expect(summary(made)).toEqual({ sleep: 45, grace: 75, recorded: true })
  },
)

describe('a manifest with a stated grace below the sleep', () => {
  describe.for([
    ['client-side apply', CLIENT],
    ['server-side apply', SERVER],
  ] as const)('by %s', ([, args]) => {
    caseOf('its template is left alone, and its Pods are protected', ['controllers'], async () => {
      await behindLoadBalancer()
      expect((await send(args, onOneReplica(LOWER))).err).toBe('')
      expect(await template()).toEqual({ sleep: undefined, grace: 30, recorded: false })
      expect(await pod()).toEqual({ sleep: 45, grace: 75, recorded: true })
    })

    caseOf('with the webhook unregistered the next apply goes through', ['controllers'], async () => {
      await behindLoadBalancer()
      await send(args, manifestOf(LOWER))
      await unregister()
      try {
        await expectToGoThrough(args)
      } finally {
        await register(slackwater)
      }
    })

    caseOf('with our process killed the next apply goes through', ['controllers'], async () => {
      await behindLoadBalancer()
      await send(args, manifestOf(LOWER))
      await slackwater.stop('SIGKILL')
      try {
        await expectToGoThrough(args)
      } finally {
        slackwater = await startSlackwater()
      }
    })
  })

  /** The same again, and one with a new image: what a pipeline does while we are away. */
  async function expectToGoThrough(args: readonly string[]): Promise<void> {
    expect((await send(args, manifestOf(LOWER))).err).toBe('')
    expect(await templates()).toBe(1)
    const image = SERVER_IMAGE.replace(/:.*/, ':2')
    expect((await send(args, manifestOf(LOWER, { image }))).err).toBe('')
    expect(await template()).toEqual({ sleep: undefined, grace: 30, recorded: false })
    expect(await templates()).toBe(2)
  }
})

describe('a request that only takes our work away is put back, and who sent it hears so', () => {
  const PATH = '/spec/template/spec'
  const WAY =
    'Warning: slackwater: to change it: annotation slackwater.dev/sleep-seconds on the template, or label slackwater.dev/mode=off\n'
  const patchBy = (type: string, body: unknown): Promise<Said> =>
    kubectlOk(['patch', 'deployment', 'web', '-n', namespace, `--type=${type}`, '-p', JSON.stringify(body)])
  const json = (...operations: readonly object[]) => patchBy('json', operations)
  const HOOK = { op: 'remove', path: `${PATH}/containers/0/lifecycle` }

  caseOf('kubectl patch takes the hook away', ['controllers'], async () => {
    await behindLoadBalancer()
    await send(CLIENT, manifestOf(UNSTATED))
    expect((await json(HOOK)).err).toBe(`Warning: slackwater: restored: preStop sleep 45 s of app\n${WAY}`)
    expect(await template()).toEqual({ sleep: 45, grace: 75, recorded: true })
    expect(await templates()).toBe(1)
  })

  caseOf('kubectl edit lowers the grace period to what it was, stated or not', ['controllers'], async () => {
    await behindLoadBalancer()
    for (const [one, from, to] of [
      [UNSTATED, 75, 30],
      [HIGHER, 105, 60],
    ] as const) {
      await send(CLIENT, manifestOf(one))
      const editor = `sed -i s/terminationGracePeriodSeconds:.*/terminationGracePeriodSeconds:\\ ${to}/`
      const { err } = await run('env', [
        `KUBE_EDITOR=${editor}`,
        cluster.kubectl,
        ...['edit', 'deployment', 'web', '-n', namespace],
      ])
      expect(err).toBe(`Warning: slackwater: restored: terminationGracePeriodSeconds ${from}\n${WAY}`)
      expect(await template()).toMatchObject({ grace: from })
      await kubectlOk(['delete', 'deployment', 'web', '-n', namespace])
    }
  })

  caseOf('in mode off, what is to be done is another thing', ['controllers'], async () => {
    await behindLoadBalancer()
    await send(CLIENT, manifestOf(UNSTATED))
    await kubectlOk(['label', 'deployment', 'web', '-n', namespace, 'slackwater.dev/mode=off'])
    expect((await json(HOOK)).err).toContain('mode is off: the next change of the template removes it')
  })

  caseOf('what was read in the cluster and is sent back without ours', ['controllers'], async () => {
    await behindLoadBalancer()
    await send(CLIENT, manifestOf(UNSTATED))
    const { spec } = manifestOf(UNSTATED)
    const sendBack = async (): Promise<Said | undefined> => {
      const live = await workload()
      const read = { ...live, spec: { ...(live['spec'] as object), template: spec.template } }
      const said = await kubectl(['replace', '-n', namespace, '-f', '-'], read)
      // Kubernetes writes status meanwhile: then it is read again.
      return said.err.includes('the object has been modified') ? undefined : said
    }
    expect((await waitFor(sendBack)).err).toContain('restored: preStop sleep 45 s of app')
    expect(await templates()).toBe(1)
  })

  caseOf('the tools that apply all day hear nothing', ['controllers'], async () => {
    await behindLoadBalancer()
    for (const one of [UNSTATED, HIGHER]) {
      for (const args of [CLIENT, SERVER, ['replace']]) {
        await kubectlOk(['delete', 'deployment', 'web', '-n', namespace, '--ignore-not-found'])
        await send(args[0] === 'replace' ? ['create'] : args, manifestOf(one))
        expect((await send(args, manifestOf(one))).err).toBe('')
        expect(await template()).toMatchObject({ recorded: true })
      }
    }
  })
})
