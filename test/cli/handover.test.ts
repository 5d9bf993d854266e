import path from 'node:path'
import { Check } from 'typebox/value'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runHandover } from '../../src/cli/handover.ts'
import { type HandoverDocument, HandoverSchema } from '../../src/handover/schema.ts'
import type { Terminal } from '../../src/render/terminal.ts'
import { PODS } from '../cluster/fake-api-server.ts'
import { bareSpec, gatedSpec, protectedSpec, Shop } from '../handover/world.ts'
import { kubeconfig } from './following.ts'
import { folderOf, inProcess, type Ran, STATED_SETTINGS } from './run.ts'

/** The command, with an API server over HTTP; what it does to Pods is in test/handover. */

let shop: Shop
let config: string
beforeEach(async () => {
  shop = new Shop()
  config = path.join(folderOf({ config: kubeconfig(await shop.start()) }), 'config')
})
afterEach(() => shop.server.stop())

const handover = (...args: readonly string[]): Promise<Ran> =>
  inProcess(['handover', ...args, '--kubeconfig', config, '--settings', STATED_SETTINGS])

test('--dry-run shows each step, and each Pod with what it lacks, in 80 columns', async () => {
  const { code, out, err } = await handover('deploy/web', '-n', 'shop', '--dry-run')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toBe(`\
Deployment shop/web: 3 Pods would be replaced
  For each: label pod-template-hash is taken off, so ReplicaSet web-6d4b makes
  another Pod; when that is ready, readiness gate included, label app is taken
  off, so the old one leaves Service web; 45 s later it is deleted.
  web-6d4b-0  no hook, short grace period, no gate
  web-6d4b-1  no hook, short grace period, no gate
  web-6d4b-2  no hook, short grace period, no gate
`)
})

test('JSON is of the published shape', async () => {
  const { out } = await handover('deploy/web', '-n', 'shop', '--dry-run', '-o', 'json')
  const document: unknown = JSON.parse(out)
  expect(Check(HandoverSchema, document)).toBe(true)
  expect(document).toMatchObject({
    formatVersion: 1,
    namespace: 'shop',
    dryRun: true,
    workloads: [{ kind: 'Deployment', name: 'web', state: 'planned', plan: { sleepSeconds: 45 } }],
  })
})

test('nothing to do is no failure', async () => {
  for (const index of [0, 1, 2])
    shop.pod(`web-6d4b-${index}`, { set: 'web-6d4b', labels: LABELS, spec: protectedSpec(bareSpec()) })
  expect(await handover('deployment/web', '-n', 'shop', '-y')).toEqual({
    code: 0,
    out: 'Deployment shop/web: of 3 running Pods none lacks its hook, grace period or\n  readiness gate\n',
    err: '',
  })
})

test('--all: nothing to do', async () => {
  for (const index of [0, 1, 2])
    shop.pod(`web-6d4b-${index}`, { set: 'web-6d4b', labels: LABELS, spec: protectedSpec(bareSpec()) })
  expect(await handover('--all', '-n', 'shop', '-y')).toEqual({
    code: 0,
    out: `\
In namespace shop no running Pod of a Deployment, Rollout or ReplicaSet lacks
its hook, grace period or readiness gate.
`,
    err: '',
  })
})

test('a refusal, with what to do in its place', async () => {
  shop.admit = gatedSpec
  const { code, out, err } = await handover('deployment/web', '-n', 'shop', '-y')
  expect({ code, err }).toEqual({ code: 1, err: '' })
  expect(out).toBe(`\
Deployment shop/web: refused: a replacement, tried as a dry run, got no preStop
  hook: Slackwater did not answer, is not installed, or is in mode dry-run or
  off
  instead: check kubectl get pods -A -l app.kubernetes.io/name=slackwater and
           slackwater explain deployment/web -n shop; without Slackwater, add
           the hook to the template and roll it out at a quiet time
`)
})

test('a refusal by kind needs no cluster that answers, and nobody to agree', async () => {
  await shop.server.stop()
  const { code, out, err } = await handover('sts/db', '-o', 'json')
  expect({ code, err }).toEqual({ code: 1, err: '' })
  const document: unknown = JSON.parse(out)
  expect(Check(HandoverSchema, document)).toBe(true)
  expect(document).toMatchObject({
    workloads: [{ state: 'refused', refusal: { id: 'stateful-set' }, pods: [] }],
  })
})

test('-l: only the workloads with these labels', async () => {
  shop.deployment('api')
  shop.service('api', { app: 'api' })
  shop.ingress('api')
  const named = async (...args: readonly string[]) => {
    const { out } = await handover(...args, '-n', 'shop', '--dry-run', '-o', 'json')
    return (JSON.parse(out) as HandoverDocument).workloads.map(({ name }) => name)
  }
  expect(await named('--all')).toEqual(['api', 'web'])
  expect(await named('-l', 'app=api')).toEqual(['api'])
  expect(await named('-l', 'app=none')).toEqual([])
})

test.for([
  [
    ['-l', 'app=none'],
    `\
In namespace shop no running Pod of a Deployment, Rollout or ReplicaSet with the
labels app=none lacks its hook, grace period or readiness gate.
`,
  ],
  [
    ['--all', '--undo'],
    'In namespace shop no running Pod of a Deployment, Rollout or ReplicaSet is being\nreplaced.\n',
  ],
] as const)('nothing is found, and only what was asked for is said: %j', async ([args, out]) => {
  expect(await handover(...args, '-n', 'shop', '-y')).toEqual({ code: 0, out, err: '' })
})

test('a selector that the API server cannot read: one sentence names it', async () => {
  const message = 'unable to parse requirement: found end of string, expected: identifier'
  shop.server.refusedSelectors.set('app in (', { code: 400, message })
  expect(await handover('-l', 'app in (', '-n', 'shop', '--dry-run')).toEqual({
    code: 2,
    out: '',
    err: `error: Deployments with the labels "app in (" cannot be listed: 400: ${message}\n`,
  })
})

describe('what must be said', () => {
  test.for<[string, readonly string[], string]>([
    ['what', [], 'error: give KIND/NAME of a workload, such as deployment/web, or --all\n'],
    ['one of both', ['deploy/web', '--all'], 'error: give KIND/NAME or --all, not both\n'],
    ['one of the two', ['deploy/web', '-l', 'app=web'], 'error: give KIND/NAME or --selector, not both\n'],
    ['a kind', ['web', '-y'], 'error: "web" is not KIND/NAME, such as deployment/web\n'],
    ['a name', ['deploy', '-y'], 'error: a name is missing: slackwater handover deploy/NAME\n'],
    [
      'that it is meant, where nobody can be asked',
      ['deploy/web', '-n', 'shop'],
      'error: standard input is not a terminal: --yes is required. --dry-run shows what would be done\n',
    ],
    [
      'no such workload',
      ['deploy/wep', '-n', 'shop', '-y'],
      'error: there is no Deployment wep in namespace shop; did you mean web?\n',
    ],
  ])('%s', async ([, args, expected]) => {
    expect(await handover(...args)).toEqual({ code: 2, out: '', err: expected })
  })
})

test('names of other people are escaped', async () => {
  shop.pod('web-6d4b-0', { set: 'web-6d4b', labels: LABELS })
  shop.pod('evil\u001b[31m', { set: 'web-6d4b', labels: LABELS, minute: 9 })
  const { out } = await handover('deploy/web', '-n', 'shop', '--dry-run')
  expect(out).toContain('evil\\x1b[31m')
  expect(out).not.toContain('\u001b')
})

test('--undo shows what would be taken back', async () => {
  const record = {
    ...{
      version: 1,
      step: 'released',
      deadline: '2026-03-02T10:00:00.000Z',
      floor: 3,
      sleep: 45,
      healthy: 50,
    },
    ...{
      labels: { 'pod-template-hash': '6d4b' },
      workload: { kind: 'Deployment', name: 'web' },
      gated: true,
    },
    ...{
      replicaSet: 'web-6d4b',
      releaseLabel: 'pod-template-hash',
      leaveLabels: ['app'],
      disruptionBudgets: [],
    },
  }
  shop.pod('web-6d4b-0', {
    labels: { app: 'web' },
    annotations: { 'slackwater.dev/handover': JSON.stringify(record) },
  })
  expect(await handover('deploy/web', '-n', 'shop', '--undo', '--dry-run')).toEqual({
    code: 0,
    out: `\
Deployment shop/web: 1 Pod would be taken back
  For each: the record on the Pod says how it goes on.
  web-6d4b-0  begun by an earlier call
`,
    err: '',
  })
  expect(await handover('deploy/worker', '-n', 'shop', '--undo', '--dry-run')).toMatchObject({ code: 2 })
})

test('the kinds are completed', async () => {
  const { out } = await inProcess(['__complete', 'handover', ''])
  expect(out.split('\n').filter((line) => line.includes('/'))).toEqual(
    expect.arrayContaining(['deployment/', 'rollout/', 'replicaset/']),
  )
})

/** At a terminal, with these answers. */
async function asked(
  answer: string,
  { onSignal, exit }: Partial<Pick<Terminal, 'onSignal' | 'exit'>> = {},
): Promise<Ran & { readonly questions: readonly string[] }> {
  const [out, err, questions]: [string[], string[], string[]] = [[], [], []]
  const code = await runHandover(
    ['deployment/web'],
    {
      ...{ kubeconfig: config, namespace: 'shop', settings: STATED_SETTINGS, output: 'text' },
      ...{ maxExtra: 1, timeout: 60 },
    },
    {
      out: (text) => void out.push(text),
      err: (text) => void err.push(text),
      readStdin: async () => '',
      ask: async (question) => {
        questions.push(question)
        return answer
      },
      width: 80,
      color: false,
      onSignal: onSignal ?? (() => undefined),
      exit: exit ?? (() => undefined),
    },
  )
  return { code, out: out.join(''), err: err.join(''), questions }
}

test('it shows the plan and asks; no is no', async () => {
  const { code, out, err, questions } = await asked('no')
  expect({ code, out, questions }).toEqual({ code: 2, out: '', questions: ['\nContinue? (yes/no) '] })
  expect(err).toMatch(/^Deployment shop\/web: 3 Pods would be replaced\n/)
  expect(err).toMatch(/\nerror: nothing was changed\n$/)
  expect(shop.server.stored(PODS, 'web-6d4b-0', 'shop')?.metadata['labels']).toEqual(LABELS)
})

test('Ctrl-C: the first one begins nothing more and says so, the second one ends it at once', async () => {
  const codes: number[] = []
  const { code, err } = await asked('yes', {
    onSignal: (signal, listener) => {
      if (signal !== 'SIGINT') return
      // As soon as it listens, and again when it is over.
      setImmediate(listener)
      afterwards = listener
    },
    exit: (given) => void codes.push(given),
  })
  expect([code, codes]).toEqual([130, []])
  expect(err).toBe('error: interrupted: nothing was changed\n')
  afterwards()
  expect(codes).toEqual([130])
  expect(shop.server.stored(PODS, 'web-6d4b-0', 'shop')?.metadata['labels']).toEqual(LABELS)
})
let afterwards = (): void => undefined

const LABELS = { app: 'web', 'pod-template-hash': '6d4b' }
