import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect } from 'vitest'
import { caseOf } from './support/cluster.ts'
import { freshNamespace, kubectlOk, removeNamespace, stored, storedAll } from './support/kubectl.ts'
import { app, INGRESS_CLASS, ingress, service, targetGroupBinding } from './support/shop.ts'
import { register, type Slackwater, startSlackwater, unregister, waitFor } from './support/slackwater.ts'
import { protectionOf } from './support/template.ts'

/** Two replicas, one leader. The other takes over when the leader is killed without a word. */

const GATE_LABEL = 'elbv2.k8s.aws/pod-readiness-gate-inject'

/** The lease of 15 s, two looks of at most 2.4 s each, and a tick of 5 s; the rest is a machine that is full. Milliseconds. */
const TAKEN_OVER = 60_000

const replicas: Slackwater[] = []
const namespaces: string[] = []

beforeAll(async () => {
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
  for (let count = 0; count < 2; count++)
    replicas.push(await startSlackwater({ args: ['--controller'], registers: false }))
})
afterAll(async () => {
  await unregister()
  await Promise.all(replicas.map((one) => one.stop()))
  await Promise.all(namespaces.map(removeNamespace))
})

const leads = async (one: Slackwater): Promise<boolean> => (await one.metric('slackwater_leader')) === 1

async function leaderAndOther(): Promise<readonly [Slackwater, Slackwater]> {
  const leader = await waitFor(async () => {
    for (const one of replicas) if (await leads(one)) return one
    return undefined
  })
  const other = replicas.find((one) => one !== leader)
  if (other === undefined) throw new Error('there is one replica only')
  return [leader, other]
}

/** A workload that is made before its load balancer, in a namespace of its own. */
async function newborn(): Promise<string> {
  const namespace = await freshNamespace()
  namespaces.push(namespace)
  const apply = (...objects: readonly unknown[]) =>
    kubectlOk(['apply', '-n', namespace, '-f', '-'], ...objects)
  await apply(app(), service(), ingress())
  await apply(targetGroupBinding(namespace))
  return namespace
}

const isLabelled = async (namespace: string): Promise<true | undefined> =>
  (await stored(['namespace', namespace])).metadata.labels?.[GATE_LABEL] === 'enabled' || undefined

const isAdopted = async (namespace: string): Promise<true | undefined> =>
  protectionOf(await stored(['deployment', 'web', '-n', namespace])).recorded || undefined

const rollouts = async (namespace: string): Promise<number> =>
  (await storedAll(['replicasets', '-n', namespace])).length

caseOf('the leader is killed: labels go on, and nothing is adopted twice', ['controllers'], async () => {
  const [leader, other] = await leaderAndOther()
  expect(await leads(other)).toBe(false)
  // Admission is answered by the one that lives on.
  await register(other)
  const before = await newborn()
  await waitFor(() => isLabelled(before), 120_000, 'the label')
  // Labelled, and perhaps adopted already: whoever comes next must see which.
  await leader.stop('SIGKILL')
  const killed = Date.now()
  await waitFor(async () => (await leads(other)) || undefined, TAKEN_OVER, 'the next leader')
  process.stdout.write(
    `a killed leader was followed after ${Math.round((Date.now() - killed) / 100) / 10} s\n`,
  )
  const next = await newborn()
  await waitFor(() => isLabelled(next), TAKEN_OVER, 'the label by the next leader')
  for (const namespace of [before, next])
    await waitFor(() => isAdopted(namespace), 120_000, `the adoption in ${namespace}`)
  for (const namespace of [before, next])
    await waitFor(async () => (await rollouts(namespace)) > 0 || undefined, 120_000, 'the first ReplicaSet')
  // Several ticks.
  await pause(15_000)
  // The first one, and one rollout; only one where the touch came before the first was made.
  for (const namespace of [before, next]) expect(await rollouts(namespace)).toBeLessThanOrEqual(2)
})
