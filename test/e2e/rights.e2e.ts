import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, expect } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { accountKubeconfig } from './support/account.ts'
import { type AuditEvent, auditedSince, auditPosition } from './support/audit-log.ts'
import { caseOf } from './support/cluster.ts'
import { freshNamespace, kubectlOk, removeNamespace, stored, storedAll } from './support/kubectl.ts'
import { app, INGRESS_CLASS, ingress, service, targetGroupBinding } from './support/shop.ts'
import { type Slackwater, startSlackwater, unregister, waitFor } from './support/slackwater.ts'
import { protectionOf } from './support/template.ts'

/**
 * Least power: everything that Slackwater does, done by a ServiceAccount that has the rules of deploy/rbac.yaml and
 * nothing else. What it asked for is read from the API server's audit log.
 */

const ACCOUNT = 'system:serviceaccount:slackwater-system:slackwater'

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

/** `list services`, `patch deployments.apps`: one line for each right that the file grants. */
function granted(): readonly string[] {
  const documents = parseAllDocuments(readFileSync('deploy/rbac.yaml', 'utf8'))
  const rules = documents.flatMap((document) => (document.toJS() as { rules?: readonly Rule[] }).rules ?? [])
  const rights = rules
    .filter((rule) => !isForCertificates(rule))
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => rightText(verb, resource, group))),
      ),
    )
  return [...new Set(rights)].sort()
}

/** What only self-managed certificates need: here the certificate comes from files. */
const isForCertificates = ({ resources, resourceNames = [] }: Rule): boolean =>
  resourceNames.length > 0 && !['leases', 'configmaps'].some((one) => resources.includes(one))

const rightText = (verb: string, resource: string, group: string): string =>
  `${verb} ${group === '' ? resource : `${resource}.${group}`}`

/** A replica of an earlier file, whose Pod was deleted by force, may run a few seconds longer; this file starts none. */
const isPod = ({ extra }: AuditEvent['user']): boolean =>
  extra?.['authentication.kubernetes.io/pod-name'] !== undefined

/**
 * What the account asked for since a position in the log, and whether it had the right: a status of 403 is also what
 * a namespace answers that is being deleted.
 */
const asked = (from: number): readonly { readonly right: string; readonly isAllowed: boolean }[] =>
  auditedSince(from)
    .filter(({ user, objectRef }) => user.username === ACCOUNT && !isPod(user) && objectRef !== undefined)
    .map(({ verb, objectRef, annotations }) => ({
      right: rightText(verb, objectRef?.resource ?? '', objectRef?.apiGroup ?? ''),
      isAllowed: annotations?.['authorization.k8s.io/decision'] === 'allow',
    }))

let slackwater: Slackwater | undefined
const namespaces: string[] = []
afterAll(async () => {
  await unregister()
  await slackwater?.stop()
  await Promise.all(namespaces.map(removeNamespace))
})

interface Newborn {
  readonly kind: 'Deployment' | 'StatefulSet'
  /** What its manifest states. */
  readonly grace?: number
  readonly serverSide?: true
}

/** The record differs: hooks in the Pods for a grace period below the sleep, and one that an Apply owns. */
const NEWBORNS: readonly Newborn[] = [
  { kind: 'Deployment' },
  { kind: 'StatefulSet' },
  { kind: 'Deployment', grace: 30 },
  { kind: 'Deployment', grace: 60, serverSide: true },
]

/** A newborn that is adopted: the label of its namespace, one read and one touch, an Event. */
async function adopted({ kind, grace, serverSide }: Newborn): Promise<string> {
  const namespace = await freshNamespace()
  namespaces.push(namespace)
  const apply = (...objects: readonly unknown[]) =>
    kubectlOk(['apply', ...(serverSide ? ['--server-side'] : []), '-n', namespace, '-f', '-'], ...objects)
  const pod = grace === undefined ? {} : { terminationGracePeriodSeconds: grace }
  await apply(app({ kind, pod }), service(), ingress())
  await apply(targetGroupBinding(namespace))
  await waitFor(
    async () => {
      const workload = await stored([kind.toLowerCase(), 'web', '-n', namespace])
      return protectionOf(workload).recorded ? true : undefined
    },
    120_000,
    `the adoption of a ${kind}, grace ${grace ?? 'not stated'}`,
  )
  return namespace
}

/** kubectl refuses a second one within the same second. */
async function restart(namespace: string): Promise<void> {
  await pause(1_100)
  await kubectlOk(['rollout', 'restart', 'deployment/web', '-n', namespace])
}

/** Whether there is an Event on the workload that says what would be done. */
async function isTold(namespace: string): Promise<true | undefined> {
  const events = await storedAll(['events.events.k8s.io', '-n', namespace])
  return events.some(({ reason }) => reason === 'WouldProtect') || undefined
}

caseOf(
  'every right of deploy/rbac.yaml is used, and no other is missed',
  ['controllers', 'control plane'],
  async () => {
    // One of a try that failed would go on to lead.
    await slackwater?.stop()
    const from = auditPosition()
    await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
    // One of an earlier Slackwater would be taken over, and nobody would create one.
    await kubectlOk(['delete', 'lease', 'slackwater', '-n', 'slackwater-system', '--ignore-not-found'])
    const kubeconfig = await accountKubeconfig()
    const start = () => startSlackwater({ kubeconfig, args: ['--controller', '--report-port', '0'] })
    slackwater = await start()
    for (const newborn of NEWBORNS) await adopted(newborn)
    const held = await freshNamespace({ 'slackwater.dev/mode': 'dry-run' })
    namespaces.push(held)
    await kubectlOk(['apply', '-n', held, '-f', '-'], service(), ingress(), app())
    // The Ingress has yet to be heard of, and an Event is written in the background.
    const isSaid = async () => {
      await restart(held)
      await pause(3_000)
      return isTold(held)
    }
    await waitFor(isSaid, 120_000, 'the Event of a dry run')
    const port = slackwater.lines.find(({ msg }) => msg === 'listening')?.['reportPort']
    const report = await fetch(`http://127.0.0.1:${port}/report`)
    expect(report.status).toBe(200)
    const first = slackwater.lines
    await slackwater.stop()
    const between = auditPosition()
    slackwater = await start()
    // The same is said again by a process that knows nothing of the first time.
    const patches = () => asked(between).some(({ right }) => right === 'patch events.events.k8s.io')
    const isSaidAgain = async () => {
      await restart(held)
      await pause(3_000)
      return patches() || undefined
    }
    await waitFor(isSaidAgain, 120_000, 'the Event that is said again')
    const lines = [...first, ...slackwater.lines]
    const byPolicy = lines.filter((line) => JSON.stringify(line).includes('AdmissionPolicy'))
    expect(byPolicy).toEqual([])
    const all = asked(from)
    expect(all.filter(({ isAllowed }) => !isAllowed)).toEqual([])
    const used = new Set(all.map(({ right }) => right))
    expect(granted().filter((right) => !used.has(right))).toEqual([])
    expect([...used].filter((right) => !granted().includes(right))).toEqual([])
  },
  900_000,
)
