import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect } from 'vitest'
import { type StandIn, startStandIn } from '../lab/aws/stand-in.ts'
import { type Played, playLaboratory } from '../lab/plane/laboratory.ts'
import { DEFAULT_PLAY } from '../lab/plane/played.ts'
import { writePlayed } from '../lab/write-played.ts'
import { ADDRESS } from './cluster/network.ts'
import { kubeconfigOf } from './support/account.ts'
import { auditedSince, auditPosition } from './support/audit-log.ts'
import { caseOf, cluster, has } from './support/cluster.ts'
import { install, makeRoom, NAMESPACE, replicas, uninstall } from './support/installation.ts'
import { createNamespaces, kubectl, kubectlOk, run, type Said, stored, storedAll } from './support/kubectl.ts'
import {
  BOTH,
  CONFIG_MAP,
  type ConfigMap,
  configMap,
  isStored,
  owners,
  TAKE_BACK,
  takeBack,
} from './support/observed-config-map.ts'
import { protectedNext } from './support/protected-next.ts'
import { everyReplica, reports } from './support/replica-reports.ts'
import { INGRESS_CLASS, ingress, service, targetGroupBinding } from './support/shop.ts'
import { waitFor } from './support/slackwater.ts'
import { protectionOf } from './support/template.ts'

/**
 * What is observed of a load balancer, on a real API server: a person measures and applies, the leader asks AWS (a stand-in),
 * and every replica of an installation by the chart computes with it. Logs and AWS are those of the laboratory (test/lab).
 */

const NEEDS = ['pods', 'helm', 'controllers', 'control plane'] as const
const ACCOUNT = `system:serviceaccount:${NAMESPACE}:slackwater`
/** Without evidence: C 5 + max(P 25, min(D 300, P 25 + R 10)) + J 5. */
const ASSUMED = { sleeps: { app: 45 }, grace: 75, recorded: true }
const DAY = 86_400_000

const namespaces = createNamespaces()
/** Behind the load balancer that was measured; and behind another one, of which only AWS knows something. */
let [shop, other] = ['', '']
let folder = ''
let played: Played
/** Target group and load balancer of `other`. */
let otherGroup = ''
let standIn: StandIn | undefined
let began = 0

beforeAll(async () => {
  if (!has(...NEEDS)) return
  await makeRoom()
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
  // Of the day before yesterday, so that it is never too old. From midnight on, whole seconds are cut alike on every day.
  const begin = Math.floor(Date.now() / DAY) * DAY - 2 * DAY
  played = playLaboratory({ ...DEFAULT_PLAY, begin, requestsPerSecond: 60 })
  folder = path.join(cluster.folder, 'observed')
  await writePlayed(played, folder)
  const alb = played.account.addLoadBalancer({ name: 'other' })
  otherGroup = played.account.addTargetGroup({ name: 'k8s-other-web', loadBalancers: [alb] })
  began = auditPosition()
  await install('install', ['mode=enforce'])
  shop = await opened(played.truth.targetGroup)
})
afterAll(async () => {
  if (!has(...NEEDS)) return
  await uninstall()
  await namespaces.remove()
  await standIn?.stop()
})

/** A Deployment with a protected Pod, behind an ALB whose TargetGroupBinding has the ARN. */
async function opened(targetGroupARN: string, annotations: Readonly<Record<string, string>> = {}) {
  const { metadata, ...front } = ingress()
  const written = {
    ...front,
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } },
  }
  const namespace = await namespaces.with(service(), written)
  // By the Ingress and what it declares: known before the binding, it is not raised to what the binding alone would need.
  await protectedNext(namespace)
  const binding = targetGroupBinding(namespace)
  await kubectlOk(['apply', '-n', namespace, '-f', '-'], {
    ...binding,
    spec: { ...binding.spec, targetGroupARN },
  })
  await kubectlOk(['scale', 'deployment', 'web', '-n', namespace, '--replicas=1'])
  await kubectlOk(['rollout', 'status', 'deployment/web', '-n', namespace, '--timeout=240s'])
  return namespace
}

const protection = async (namespace: string) =>
  protectionOf(await stored(['deployment', 'web', '-n', namespace]))

let changes = 0

/** A change of the template, as people make it. @returns what kubectl says, with the warnings. */
async function change(namespace: string): Promise<string> {
  changes += 1
  const { err } = await kubectlOk(['set', 'env', 'deployment/web', '-n', namespace, `CHANGE=${changes}`])
  return err
}

/** Generation and Pod templates, and the Pods that stay, once a rollout has ended. */
async function rolled(namespace: string) {
  await kubectlOk(['rollout', 'status', 'deployment/web', '-n', namespace, '--timeout=240s'])
  const { metadata } = await stored(['deployment', 'web', '-n', namespace])
  const names = async (kind: string) =>
    (await storedAll<Leaving>([kind, '-n', namespace]))
      .filter((one) => one.metadata.deletionTimestamp === undefined)
      .map((one) => `${one.metadata.uid} ${one.metadata.name}`)
      .sort()
  return { generation: metadata.generation, sets: await names('replicasets'), pods: await names('pods') }
}

interface Leaving {
  readonly metadata: { readonly deletionTimestamp?: string }
}

/** `slackwater measure` of what the laboratory wrote. */
const measure = (...args: readonly string[]): Promise<Said> =>
  run(process.execPath, [
    path.resolve('dist/main.js'),
    ...['measure', '--access-logs', path.join(folder, 'AWSLogs')],
    ...['--departures', path.join(folder, 'report.json')],
    ...args,
  ])

async function measureOk(...args: readonly string[]): Promise<Said> {
  const said = await measure(...args)
  if (said.code !== 0) throw new Error(`measure ${args.join(' ')}: ${said.err}${said.out}`)
  return said
}

/** The sleep that was measured: P is from the deletion on, R 10, J 5. */
let sleep = 0
let measurer = ''

caseOf('without the right, a person is told which one is missing, and nothing is stored', NEEDS, async () => {
  expect(await protection(shop)).toEqual(ASSUMED)
  const metadata = { name: 'measurer', namespace: shop }
  await kubectlOk(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'ServiceAccount', metadata })
  measurer = await kubeconfigOf('measurer', shop)
  const { code, err } = await measure('--apply', '--kubeconfig', measurer)
  expect(code).toBe(2)
  const told = err.split('\n').filter((line) => line.startsWith('error:'))
  expect(told).toHaveLength(1)
  expect(told[0]).toContain(
    `the verbs get, create and patch on configmaps of namespace ${NAMESPACE} are required`,
  )
  expect(await isStored()).toBe(false)
})

const rbac = (kind: string, fields: object) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind,
  metadata: { name: 'measurer' },
  ...fields,
})

/** "the verbs get, create and patch on configmaps there". */
const measurerRights = () => [
  rbac('Role', {
    rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'patch'] }],
  }),
  rbac('RoleBinding', {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'measurer' },
    subjects: [{ kind: 'ServiceAccount', name: 'measurer', namespace: shop }],
  }),
]

caseOf(
  'with the rights of docs/measure.md a person checks it, applies it, and applies it again',
  NEEDS,
  async () => {
    await kubectlOk(['apply', '-n', NAMESPACE, '-f', '-'], ...measurerRights())
    const as = ['--apply', '--kubeconfig', measurer] as const
    const tried = await measureOk(...as, '--dry-run')
    expect(tried.err).toContain('would be applied')
    expect(await isStored()).toBe(false)
    expect((await measureOk(...as)).err).toContain('configmap/slackwater-observed applied')
    const first = await configMap()
    await measureOk(...as)
    const second = await configMap()
    expect(await owners()).toEqual(BOTH.slice(1))
    const entriesOf = ({ data }: ConfigMap): unknown =>
      (JSON.parse(data?.['measured.json'] ?? '{}') as { readonly entries: unknown }).entries
    expect(entriesOf(second)).toEqual(entriesOf(first))
  },
)

caseOf(
  'every replica computes with it, and nothing rolls until somebody changes the template',
  NEEDS,
  async () => {
    const before = await rolled(shop)
    const term = await everyReplica(shop, 'P', 'measured')
    expect(term?.origin).toMatchObject({ rank: 'observed', source: { n: DEFAULT_PLAY.departures } })
    // The estimate is within 1 s of what was played, and never shorter; then whole seconds.
    const longest = Math.max(
      ...played.truth.pods.flatMap(({ name, leaving }) => {
        const last = played.truth.lastRequest.get(name)
        return leaving === undefined || last === undefined ? [] : [(last - leaving.deleted) / 1000]
      }),
    )
    const P = term?.value ?? 0
    expect(P).toBeGreaterThanOrEqual(Math.ceil(longest))
    expect(P).toBeLessThanOrEqual(Math.ceil(longest + 1))
    sleep = P + 10 + 5
    expect(sleep).toBeLessThan(45)
    await pause(10_000)
    expect(await rolled(shop)).toEqual(before)
    // A Pod that an autoscaler adds is of the template as it is.
    await kubectlOk(['scale', 'deployment', 'web', '-n', shop, '--replicas=2'])
    await kubectlOk(['rollout', 'status', 'deployment/web', '-n', shop, '--timeout=240s'])
    expect((await rolled(shop)).sets).toEqual(before.sets)
    const pods = await storedAll(['pods', '-n', shop])
    expect(pods.map((pod) => protectionOf(pod).sleeps)).toEqual([ASSUMED.sleeps, ASSUMED.sleeps])
    expect(await protection(shop)).toEqual(ASSUMED)
    await change(shop)
    expect(await protection(shop)).toEqual({ sleeps: { app: sleep }, grace: sleep + 30, recorded: true })
  },
)

caseOf(
  'deleted, it no longer counts: a restart raises the sleep, and one after a measurement lowers it',
  NEEDS,
  async () => {
    await kubectlOk(['delete', ...CONFIG_MAP, '--ignore-not-found'])
    await everyReplica(shop, 'P', 'default')
    await kubectlOk(['rollout', 'restart', 'deployment/web', '-n', shop])
    expect(await protection(shop)).toEqual(ASSUMED)
    const { err } = await measureOk('--apply')
    await everyReplica(shop, 'P', 'measured')
    // kubectl refuses a second one within the same second, which has passed.
    await kubectlOk(['rollout', 'restart', 'deployment/web', '-n', shop])
    expect((await protection(shop)).sleeps).toEqual({ app: sleep })
    expect(err).toContain(TAKE_BACK)
    await takeBack()
    await everyReplica(shop, 'P', 'default')
    await change(shop)
    expect(await protection(shop)).toEqual(ASSUMED)
  },
)

/** What a replica logged about objects that it skipped. */
async function skipped(pod: string): Promise<readonly string[]> {
  const { out } = await kubectlOk(['logs', pod, '-n', NAMESPACE])
  return out.split('\n').filter((line) => line.includes('slackwater-observed') && line.includes('skipping'))
}

caseOf('what cannot be read is logged once and reported, and the assumed terms count', NEEDS, async () => {
  // A try that failed has left one that is somebody else's.
  await kubectlOk(['delete', ...CONFIG_MAP, '--ignore-not-found'])
  await measureOk('--apply')
  await everyReplica(shop, 'P', 'measured')
  // Of a try before.
  const before = new Map(
    await Promise.all((await replicas()).map(async (pod) => [pod, await skipped(pod)] as const)),
  )
  const garbage = JSON.stringify({ data: { 'measured.json': '{"version":1,"entries":"none"}' } })
  await kubectlOk(['patch', ...CONFIG_MAP, '--type', 'merge', '-p', garbage])
  await everyReplica(shop, 'P', 'default')
  // Heard again with each change of the object.
  for (const at of ['1', '2']) await kubectlOk(['annotate', ...CONFIG_MAP, '--overwrite', `at=${at}`])
  await pause(3_000)
  for (const pod of await replicas())
    expect(await skipped(pod), pod).toHaveLength((before.get(pod)?.length ?? 0) + 1)
  for (const { unreadable } of await reports())
    expect(unreadable).toMatchObject([{ object: `ConfigMap ${NAMESPACE}/slackwater-observed` }])
  await change(shop)
  expect(await protection(shop)).toEqual(ASSUMED)
  // It is somebody else's now, who is asked to remove it: nothing is taken from anybody.
  const { code, err } = await measure('--apply')
  expect([code, err]).toEqual([2, expect.stringContaining('remove the key and run this again')])
  await takeBack()
  await measureOk('--apply')
  await everyReplica(shop, 'P', 'measured')
})

/** Whether Slackwater's account may do it with a ConfigMap of its namespace. */
async function may(verb: string, name: string): Promise<boolean> {
  const { out } = await kubectl([
    'auth',
    'can-i',
    verb,
    `configmaps/${name}`,
    '-n',
    NAMESPACE,
    `--as=${ACCOUNT}`,
  ])
  return out.trim() === 'yes'
}

/** What its Pods asked of ConfigMaps, each once. */
const askedOfConfigMaps = (): readonly string[] => [
  ...new Set(
    auditedSince(began)
      .filter(({ user, objectRef }) => user.username === ACCOUNT && objectRef?.resource === 'configmaps')
      .map(({ verb }) => verb),
  ),
]

caseOf('it only reads the ConfigMap, and no other', NEEDS, async () => {
  expect(askedOfConfigMaps().toSorted()).toEqual(['list', 'watch'])
  expect(await Promise.all([may('watch', 'slackwater-observed'), may('watch', 'other')])).toEqual([
    true,
    false,
  ])
  const others = ['get', 'create', 'patch', 'update', 'delete'].map((verb) =>
    may(verb, 'slackwater-observed'),
  )
  expect(new Set(await Promise.all(others))).toEqual(new Set([false]))
})

/** For the Pods; signed with keys that nobody checks. */
const environment = (url: string): readonly string[] =>
  Object.entries({
    AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2: url,
    AWS_ACCESS_KEY_ID: 'e2e',
    AWS_SECRET_ACCESS_KEY: 'e2e',
  }).flatMap(([name, value], index) => [
    `extraEnv[${index}].name=${name}`,
    `extraEnv[${index}].value=${value}`,
  ])

caseOf('an annotation counts as long as AWS is not asked', NEEDS, async () => {
  const delay = 'deregistration_delay.timeout_seconds=30'
  other = await opened(otherGroup, { 'alb.ingress.kubernetes.io/target-group-attributes': delay })
  // C 5 + max(P 25, min(D 30, P 25 + R 10)) + J 5.
  expect((await protection(other)).sleeps).toEqual({ app: 40 })
})

/** The policy of the role that docs/aws.md attaches. */
const allowed = (): readonly string[] => {
  const { Statement } = JSON.parse(readFileSync('deploy/eks/iam-policy.json', 'utf8')) as {
    readonly Statement: readonly { readonly Action: readonly string[] }[]
  }
  return Statement.flatMap(({ Action }) => Action.map((one) => one.replace('elasticloadbalancing:', '')))
}

caseOf(
  'with aws.enabled the leader stores what AWS says, and every replica computes with it',
  NEEDS,
  async () => {
    const before = await Promise.all([rolled(other), rolled(shop)])
    standIn ??= await startStandIn(played.account, { host: ADDRESS })
    const measured = (await configMap()).data?.['measured.json']
    const options = ['--reset-then-reuse-values']
    await install('upgrade', ['aws.enabled=true', ...environment(standIn.url)], { options })
    const term = await everyReplica(other, 'D', 'aws')
    expect(term).toMatchObject({
      value: 300,
      alternatives: [{ value: 30, origin: { rank: 'declared' } }, { value: 300 }],
    })
    await everyReplica(shop, 'D', 'aws')
    expect((await configMap()).data?.['measured.json']).toBe(measured)
    expect(await owners()).toEqual(BOTH)
    for (const { workloads } of await reports('-n', other))
      expect(workloads[0]?.findings.map(({ id }) => id)).toContain('attribute-differs')
    expect(await Promise.all([rolled(other), rolled(shop)])).toEqual(before)
    expect(await change(other)).toContain('attribute-differs')
    expect((await protection(other)).sleeps).toEqual({ app: 45 })
    expect(new Set(standIn.calls.map(({ action }) => action))).toEqual(new Set(allowed()))
  },
  600_000,
)

caseOf('a measurement and AWS’s answers leave each other alone', NEEDS, async () => {
  const { data } = await configMap()
  await measureOk('--apply', '--kubeconfig', measurer)
  const now = await configMap()
  expect(now.data?.['aws.json']).toBe(data?.['aws.json'])
  expect(now.data?.['measured.json']).not.toBe(data?.['measured.json'])
  expect(await owners()).toEqual(BOTH)
  await takeBack()
  await everyReplica(shop, 'P', 'default')
  expect(Object.keys((await configMap()).data ?? {})).toEqual(['aws.json'])
})

/** Somebody with the token of Slackwater's account changes a key of the ConfigMap. */
const stolen = (key: string): Promise<Said> =>
  kubectl([
    ...['patch', ...CONFIG_MAP, '--type', 'merge', '-p', JSON.stringify({ data: { [key]: '{}' } })],
    ...['--dry-run=server', `--as=${ACCOUNT}`],
  ])

interface PolicyStatus {
  readonly status?: { readonly observedGeneration?: number; readonly typeChecking?: object }
}

caseOf('its token writes AWS’s answers, and nothing that was measured', NEEDS, async () => {
  expect(await stolen('aws.json')).toMatchObject({ code: 0 })
  const { code, err } = await stolen('measured.json')
  expect([code, err]).toEqual([1, expect.stringContaining('leaves what was measured as it is')])
  const checked = async () => {
    const name = ['validatingadmissionpolicy', 'slackwater-own-namespace']
    const { metadata, status } = await stored<PolicyStatus>(name)
    return status?.observedGeneration === metadata.generation ? status : undefined
  }
  const { typeChecking = {} } = await waitFor(checked, 60_000, 'the check of the policy')
  expect(typeChecking).toEqual({})
})

caseOf('by the rights of the chart and no others', NEEDS, async () => {
  const refused = auditedSince(began).filter(
    ({ user, annotations }) =>
      user.username === ACCOUNT && annotations?.['authorization.k8s.io/decision'] !== 'allow',
  )
  expect(refused.map(({ verb, objectRef }) => `${verb} ${objectRef?.resource}`)).toEqual([])
  expect(askedOfConfigMaps().toSorted()).toEqual(['get', 'list', 'patch', 'watch'])
  const writes = ['slackwater-observed', 'other'].map((name) => may('patch', name))
  expect(await Promise.all(writes)).toEqual([true, false])
  expect(await may('delete', 'slackwater-observed')).toBe(false)
})
