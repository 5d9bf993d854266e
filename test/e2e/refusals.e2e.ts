import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest'
import { ASSUMED, comeBack, goAway } from './support/away.ts'
import { caseOf } from './support/cluster.ts'
import {
  container,
  type Deployment,
  deployment,
  endOf,
  hooksOf,
  type Shape,
  sleep,
  storedTemplate,
  type Template,
} from './support/deployment.ts'
import { freshNamespace, kubectl, kubectlOk, removeNamespace, type Said, stored } from './support/kubectl.ts'
import { newestPod, rolloutsOf } from './support/rollouts.ts'
import { type Slackwater, startSlackwater, unregister } from './support/slackwater.ts'

/**
 * What the API server refuses without us: the table of docs/failure-behaviour.md, row by row. Each case is named as
 * its row. A Deployment is stored with a sleep of 45 and a grace period of 75; then one request comes, once while
 * nobody answers the webhook, and once while Slackwater does.
 */

const RECORD = 'slackwater.dev/injected'
const TOO_MANY = 'may not specify more than 1 handler type'
const TOO_LONG = 'must be non-negative and less than terminationGracePeriodSeconds'
const QUIT = { preStop: { exec: { command: ['/quit'] } } }
const WAIT = { preStop: { httpGet: { path: '/wait', port: 8022 } } }
const NEW = { env: [{ name: 'NAME', value: 'new' }] }

let slackwater: Slackwater
/** With `injectInto: workloads`. */
let insisting: Slackwater
let probes: string
let without: string
let namespace: string

beforeAll(async () => {
  slackwater = await startSlackwater()
  insisting = await startSlackwater({ settings: { injectInto: 'workloads' }, registers: false })
  probes = await freshNamespace()
})
afterAll(async () => {
  await unregister()
  await removeNamespace(probes)
  await slackwater.stop()
  await insisting.stop()
})

beforeEach(async () => {
  without = await freshNamespace()
  namespace = await freshNamespace()
})
afterEach(async () => {
  await removeNamespace(without)
  await removeNamespace(namespace)
})

const source = (shape: Shape = {}): Deployment => deployment({ annotations: ASSUMED, ...shape })
const apply = (where: string, shape: Shape, ...flags: readonly string[]): Promise<Said> =>
  kubectl(['apply', '-n', where, ...flags, '-f', '-'], source(shape))
const replace = (where: string, object: unknown): Promise<Said> =>
  kubectl(['replace', '-n', where, '-f', '-'], object)
const patch = (where: string, type: 'strategic' | 'json', body: unknown): Promise<Said> =>
  kubectl(['patch', 'deployment', 'web', '-n', where, `--type=${type}`, '-p', JSON.stringify(body)])

type Ask = (where: string) => Promise<Said>

/** Stored with our hook and record in both namespaces; asks in one of them while we are away. */
async function asked(
  ask: Ask,
  before: Shape = {},
): Promise<{ readonly away: Said; readonly stored: Template }> {
  await comeBack(slackwater, probes)
  for (const where of [without, namespace]) await kubectlOk(['apply', '-n', where, '-f', '-'], source(before))
  const template = await storedTemplate(namespace)
  expect(template.spec).toMatchObject({ terminationGracePeriodSeconds: 75 })
  expect(hooksOf(template)['app']).toEqual(sleep(45))
  await goAway(slackwater, probes)
  const away = await ask(without)
  await comeBack(slackwater, probes)
  return { away, stored: template }
}

const expectRefused = ({ code, err }: Said, words: string): void => {
  expect(err).toContain(words)
  expect(code).toBe(1)
}
const expectAccepted = ({ code, err }: Said): void => expect({ code, err }).toMatchObject({ code: 0 })

/** What is stored now: hooks, grace period, and whether our record is there. */
async function outcome(where: string) {
  const template = await storedTemplate(where)
  return {
    ...endOf(template),
    recorded: template.metadata.annotations?.[RECORD] !== undefined,
  }
}

const rollouts = async (where: string): Promise<number> =>
  (await rolloutsOf({ namespace: where })).templates.length

const newPod = async () => endOf((await newestPod({ namespace })) as unknown as Template)

describe('adds a `preStop` of its own to that container (`exec`, `httpGet`), by client-side or server-side apply', () => {
  const SERVER_SIDE = ['--server-side', '--field-manager=somebody', '--force-conflicts']
  const ways = [
    { name: '`exec`, client-side', lifecycle: QUIT, flags: [] },
    { name: '`httpGet`, client-side', lifecycle: WAIT, flags: [] },
    { name: '`exec`, server-side', lifecycle: QUIT, flags: SERVER_SIDE },
    { name: '`httpGet`, server-side', lifecycle: WAIT, flags: SERVER_SIDE },
  ]
  for (const { name, lifecycle, flags } of ways)
    caseOf(name, [], async () => {
      const ask: Ask = (where) => apply(where, { containers: [container('app', { lifecycle })] }, ...flags)
      const { away } = await asked(ask)
      expectRefused(away, TOO_MANY)
      expectAccepted(await ask(namespace))
      const { hooks, grace } = await outcome(namespace)
      expect(hooks['app']).toMatchObject(lifecycle.preStop)
      expect(hooks['app']).not.toHaveProperty('sleep')
      // How long theirs takes nobody knows: what was raised stays.
      expect(grace).toBe(75)
    })
})

describe('states a grace period below 45 that it did not have before, or changes the template too', () => {
  const ways = [
    { name: '20', shape: { grace: 20 } },
    { name: '30, and another environment', shape: { grace: 30, containers: [container('app', NEW)] } },
  ]
  for (const { name, shape } of ways) {
    const ask: Ask = (where) => apply(where, shape)
    caseOf(name, ['controllers'], async () => {
      const { away } = await asked(ask)
      expectRefused(away, TOO_LONG)
      expectAccepted(await ask(namespace))
      const { grace } = shape
      expect(await outcome(namespace)).toEqual({ hooks: { app: undefined }, grace, recorded: false })
      // The application has what is stated: 45 + 20, 45 + 30.
      expect(await newPod()).toEqual({ hooks: { app: sleep(45) }, grace: 45 + grace })
    })
    caseOf(`${name}, under \`injectInto: workloads\``, [], async () => {
      await asked(ask)
      await comeBack(insisting, probes)
      expectAccepted(await ask(namespace))
      expect(await outcome(namespace)).toEqual({
        hooks: { app: sleep(45) },
        grace: 45 + shape.grace,
        recorded: true,
      })
    })
  }
})

caseOf('states the 30 that it had, and changes nothing else', ['controllers'], async () => {
  const ask: Ask = (where) => apply(where, { grace: 30 })
  const { away, stored: before } = await asked(ask)
  expectRefused(away, TOO_LONG)
  expectAccepted(await ask(namespace))
  expect(await storedTemplate(namespace)).toEqual(before)
  expect(await rollouts(namespace)).toBe(1)
})

caseOf('states 60', [], async () => {
  const ask: Ask = (where) => apply(where, { grace: 60 })
  const { away } = await asked(ask)
  expectAccepted(away)
  expect(await outcome(without)).toMatchObject({ hooks: { app: sleep(45) }, grace: 60 })
  expectAccepted(await ask(namespace))
  expect(await outcome(namespace)).toEqual({ hooks: { app: sleep(45) }, grace: 105, recorded: true })
})

caseOf('drops hook and record and changes nothing else (`kubectl replace`)', ['controllers'], async () => {
  const ask: Ask = (where) => replace(where, source())
  const { away, stored: before } = await asked(ask)
  expectAccepted(away)
  expect(await outcome(without)).toEqual({ hooks: { app: undefined }, grace: 30, recorded: false })
  expect(await rollouts(without)).toBe(2)
  expectAccepted(await ask(namespace))
  expect(await storedTemplate(namespace)).toEqual(before)
  expect(await rollouts(namespace)).toBe(1)
})

describe('drops hook and record and changes more', () => {
  const ask: Ask = (where) => replace(where, source({ containers: [container('app', NEW)] }))
  const bare = { hooks: { app: undefined }, grace: 30, recorded: false }

  caseOf('its Pods get both', ['controllers'], async () => {
    const { away } = await asked(ask)
    expectAccepted(away)
    expect(await outcome(without)).toEqual(bare)
    expectAccepted(await ask(namespace))
    expect(await outcome(namespace)).toEqual(bare)
    expect(await newPod()).toEqual({ hooks: { app: sleep(45) }, grace: 75 })
  })

  caseOf('injected again under `injectInto: workloads`', [], async () => {
    await asked(ask)
    await comeBack(insisting, probes)
    expectAccepted(await ask(namespace))
    expect(await outcome(namespace)).toEqual({ hooks: { app: sleep(45) }, grace: 75, recorded: true })
  })
})

caseOf('changes our sleep to another value', [], async () => {
  const containers = [{ name: 'app', lifecycle: { preStop: sleep(50) } }]
  const ask: Ask = (where) => patch(where, 'strategic', { spec: { template: { spec: { containers } } } })
  const { away } = await asked(ask)
  expectAccepted(away)
  expectAccepted(await ask(namespace))
  // The longest hook, and the 30 that the application had: 50 + 30.
  expect(await outcome(namespace)).toMatchObject({ hooks: { app: sleep(50) }, grace: 80 })
})

const RECORD_POINTER = `/spec/template/metadata/annotations/${RECORD.replace('/', '~1')}`

caseOf('deletes our record and keeps the hook', [], async () => {
  const ask: Ask = (where) => patch(where, 'json', [{ op: 'remove', path: RECORD_POINTER }])
  const { away } = await asked(ask)
  expectAccepted(away)
  expectAccepted(await ask(namespace))
  expect(await outcome(namespace)).toEqual({ hooks: { app: sleep(45) }, grace: 75, recorded: false })
})

/** The stored object as somebody would take it from one cluster to the next. */
async function exported(where: string): Promise<Deployment> {
  const { spec } = await stored<Deployment>(['deployment', 'web', '-n', where])
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec }
}

caseOf('copies a template with our hook and record to another object', [], async () => {
  const ask: Ask = async (where) => {
    const copy = { ...(await exported(where)), metadata: { name: 'copy' } }
    return kubectl(['create', '-n', where, '-f', '-'], copy)
  }
  const { away, stored: before } = await asked(ask)
  expectAccepted(away)
  expect(await storedTemplate(without, 'copy')).toEqual(before)
  expectAccepted(await ask(namespace))
  expect(await storedTemplate(namespace, 'copy')).toEqual(before)
  // Ours there too: an opt-out takes it out again.
  await kubectlOk(['label', 'deployment', 'copy', '-n', namespace, 'slackwater.dev/mode=off'])
  await kubectlOk(['set', 'env', 'deployment/copy', '-n', namespace, 'NAME=new'])
  expect(endOf(await storedTemplate(namespace, 'copy'))).toEqual({ hooks: { app: undefined }, grace: 30 })
})

caseOf('adds a container', [], async () => {
  const ask: Ask = (where) => apply(where, { containers: [container('app'), container('log')] })
  const { away } = await asked(ask)
  expectAccepted(away)
  expect(await outcome(without)).toMatchObject({ hooks: { app: sleep(45), log: undefined } })
  expectAccepted(await ask(namespace))
  expect(await outcome(namespace)).toEqual({
    hooks: { app: sleep(45), log: sleep(45) },
    grace: 75,
    recorded: true,
  })
})

caseOf('renames a container and keeps our hook there', [], async () => {
  const ask: Ask = async (where) => {
    const { spec, ...rest } = await exported(where)
    const containers = spec.template.spec.containers.map((one) => ({ ...one, name: 'renamed' }))
    const template = { ...spec.template, spec: { ...spec.template.spec, containers } }
    return replace(where, { ...rest, spec: { ...spec, template } })
  }
  const { away } = await asked(ask)
  expectAccepted(away)
  expectAccepted(await ask(namespace))
  expect(await outcome(namespace)).toMatchObject({ hooks: { renamed: sleep(45) }, grace: 75 })
})

caseOf('removes a container', [], async () => {
  const ask: Ask = (where) => apply(where, { containers: [container('app')] })
  const { away } = await asked(ask, { containers: [container('app'), container('log')] })
  expectAccepted(away)
  expectAccepted(await ask(namespace))
  expect(await outcome(namespace)).toEqual({ hooks: { app: sleep(45) }, grace: 75, recorded: true })
  const { metadata } = await storedTemplate(namespace)
  expect(JSON.parse(metadata.annotations?.[RECORD] ?? '')).toMatchObject({ sleep: { app: 45 } })
  expect(metadata.annotations?.[RECORD]).not.toContain('log')
})

describe('applies or replaces a Pod that nobody owns, with the grace period that its manifest states, or without our hook', () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', annotations: ASSUMED },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 20,
      containers: [container('app')],
    },
  }
  const labels = { tier: 'front' }
  const applied = { ...pod, metadata: { ...pod.metadata, labels } }
  const ways: readonly { readonly name: string; readonly ask: Ask }[] = [
    { name: 'apply', ask: (where) => kubectl(['apply', '-n', where, '-f', '-'], applied) },
    {
      // A replacement states where the Pod runs, too: as stored, without what is ours.
      name: 'replace',
      ask: async (where) => {
        const now = await stored(['pod', 'web', '-n', where])
        const { terminationGracePeriodSeconds } = pod.spec
        const { spec } = now as unknown as Template
        const containers = spec.containers.map(({ lifecycle: _, ...bare }) => bare)
        // Without a version: the kubelet may write the Pod's status meanwhile.
        const unversioned = Object.entries(now.metadata).filter(([key]) => key !== 'resourceVersion')
        const metadata = { ...Object.fromEntries(unversioned), annotations: ASSUMED, labels }
        return replace(where, {
          ...now,
          metadata,
          spec: { ...spec, containers, terminationGracePeriodSeconds },
        })
      },
    },
  ]
  for (const { name, ask } of ways)
    caseOf(name, [], async () => {
      await comeBack(slackwater, probes)
      for (const where of [without, namespace]) await kubectlOk(['apply', '-n', where, '-f', '-'], pod)
      await goAway(slackwater, probes)
      expectRefused(await ask(without), 'pod updates may not change fields other than')
      await comeBack(slackwater, probes)
      expectAccepted(await ask(namespace))
      const after = await stored(['pod', 'web', '-n', namespace])
      // The API server copies a node's zone to a Pod that it binds there (Kubernetes 1.35, PodTopologyLabels).
      expect(after.metadata.labels).toMatchObject(labels)
      // 45 and the 20 that it states.
      expect(endOf(after as unknown as Template)).toEqual({ hooks: { app: sleep(45) }, grace: 65 })
    })
})

describe('has a sleep of its own above the grace period that it states, and is created', () => {
  const shapes = [
    // The only hook is the user's: 60 and the 30 that the application had.
    { name: '`preStop`', lifecycle: { preStop: sleep(60) }, grace: 90 },
    // Ours goes beside it: 45 + 30.
    { name: '`postStart`', lifecycle: { postStart: sleep(60) }, grace: 75 },
  ]
  for (const { name, lifecycle, grace } of shapes)
    caseOf(name, [], async () => {
      const shape = { containers: [container('app', { lifecycle })] }
      await goAway(slackwater, probes)
      expectRefused(await apply(without, shape), TOO_LONG)
      await comeBack(slackwater, probes)
      const said = await apply(namespace, shape)
      expectAccepted(said)
      expect(said.err).toContain(
        'slackwater: valid only with Slackwater: sleep 60 s in app is above the grace period 30 s',
      )
      expect((await outcome(namespace)).grace).toBe(grace)
    })

  caseOf('longer than `maxHookGraceSeconds` allows: refused, as without us', [], async () => {
    await comeBack(slackwater, probes)
    const said = await apply(namespace, {
      containers: [container('app', { lifecycle: { preStop: sleep(7200) } })],
    })
    expectRefused(said, TOO_LONG)
    expect(said.err).toContain('grace period not raised: maxHookGraceSeconds')
  })

  caseOf('a command that sleeps for two hours: the grace period is an hour', [], async () => {
    const preStop = { exec: { command: ['sleep', '2h'] } }
    const said = await apply(namespace, { containers: [container('app', { lifecycle: { preStop } })] })
    expectAccepted(said)
    expect((await outcome(namespace)).grace).toBe(3600)
  })
})
