import { afterAll, beforeAll, expect } from 'vitest'
import { logOf, start, stop } from './cluster/processes.ts'
import { certManager } from './cluster/tools.ts'
import { beginStream } from './support/admission-stream.ts'
import { auditedSince, auditPosition } from './support/audit-log.ts'
import { caBundles, kept, SECRET, secretText } from './support/certificates.ts'
import { caseOf, cluster, has } from './support/cluster.ts'
import { addDefinitions } from './support/definitions.ts'
import { shown } from './support/handshakes.ts'
import {
  addressesOfReplicas,
  helm,
  install,
  makeRoom,
  NAMESPACE,
  RELEASE,
  replicas,
  restarts,
  uninstall,
} from './support/installation.ts'
import { createNamespaces, kubectl, kubectlOk, stored } from './support/kubectl.ts'
import { protectedNext } from './support/protected-next.ts'
import { app, INGRESS_CLASS, ingress, service } from './support/shop.ts'
import { waitFor } from './support/slackwater.ts'
import { protectionOf } from './support/template.ts'

/** Certificates by the real cert-manager: its controllers issue them, its injector makes their CA known. */

/** Between two admission calls: some thousands in all, and the machine is left to others. Milliseconds; a choice. */
const INTERVAL = 20

const NEEDS = ['pods', 'helm', 'controllers', 'control plane', 'go'] as const

const say = (line: string): void => void process.stderr.write(`${line}\n`)

const namespaces = createNamespaces()

let removeDefinitions: () => Promise<void> = () => Promise.resolve()
/** Where the audit log was then. */
let installed = 0

beforeAll(async () => {
  if (!has(...NEEDS)) return
  await makeRoom()
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
  removeDefinitions = await addDefinitions('cert-manager')
  const command = [certManager(say), `--kubeconfig=${cluster.kubeconfig}`]
  start(cluster.folder, { name: 'cert-manager', command })
  say(`cert-manager: ${logOf(cluster.folder, 'cert-manager')}`)
  installed = auditPosition()
})

afterAll(async () => {
  if (!has(...NEEDS)) return
  await uninstall()
  await namespaces.remove()
  await stop(cluster.folder, 'cert-manager')
  await removeDefinitions()
})

/** The serial number of what a Pod shows. */
const serialAt = async (host: string, ca = '') => (await shown({ host, port: 9443 }, ca))?.serialNumber

caseOf(
  'cert-manager issues the certificate and makes its CA known: trusted, and protecting',
  NEEDS,
  async () => {
    const from = Date.now()
    // What is not trusted would be refused: nothing can pass by chance.
    await install('install', ['certificates.mode=cert-manager', 'webhook.failurePolicy=Fail'])
    const ca = await secretText('ca.crt')
    const isBelieved = async () => (await caBundles()).every((bundle) => bundle === ca) || undefined
    await waitFor(isBelieved, 120_000, 'the CA in the webhook configuration')
    say(`helm install with cert-manager: trusted after ${((Date.now() - from) / 1000).toFixed(1)} s`)
    const namespace = await namespaces.with(service(), ingress())
    expect(await protectedNext(namespace)).toEqual({ sleeps: { app: 45 }, grace: 75, recorded: true })
    await helm('test', RELEASE, '-n', NAMESPACE, '--timeout', '180s')
  },
  600_000,
)

/** What `cmctl renew` does. */
async function renew(certificate: string): Promise<void> {
  const condition = { type: 'Issuing', status: 'True', reason: 'ManuallyTriggered', message: 'by the test' }
  const add = [{ op: 'add', path: '/status/conditions/-', value: condition }]
  const what = ['certificates.cert-manager.io', certificate, '-n', NAMESPACE]
  const how = ['--subresource=status', '--type=json', '-p', JSON.stringify(add)]
  await kubectlOk(['patch', ...what, ...how])
}

/** A kubelet writes a Secret that has changed to its volumes when it next looks at the Pod: a minute or so. Milliseconds. */
const MOUNTED = 300_000

const serialIn = async (secret: string): Promise<string | undefined> =>
  (await kept('tls.crt', secret))?.serialNumber

/** Renews a certificate and waits for it. @returns its serial number. */
async function renewed(certificate: string, secret: string): Promise<string> {
  const old = await serialIn(secret)
  await renew(certificate)
  const serial = async () => {
    const now = await serialIn(secret)
    return now === old ? undefined : now
  }
  return waitFor(serial, 120_000, `the renewed ${certificate}`)
}

caseOf(
  'CA and certificate that cert-manager renews are served without a restart, and no admission call is lost',
  NEEDS,
  async () => {
    const before = await replicas()
    expect(before).toHaveLength(2)
    const addresses = await addressesOfReplicas()
    const ca = await secretText('ca.crt')
    const served = () => Promise.all(addresses.map((address) => serialAt(address, ca)))
    const old = await serialIn(SECRET)
    expect(await served()).toEqual([old, old])
    const stream = beginStream(await namespaces.with(service(), ingress()), 1, INTERVAL)
    await renewed(`${RELEASE}-ca`, `${RELEASE}-ca`)
    const serial = await renewed(RELEASE, SECRET)
    const isKnown = async () => (await caBundles()).every((bundle) => bundle !== ca) || undefined
    await waitFor(isKnown, 120_000, 'the renewed CA in the webhook configuration')
    // Whoever knows the old CA only believes it, too.
    const isServed = async () => (await served()).every((one) => one === serial) || undefined
    await waitFor(isServed, MOUNTED, 'the renewed certificate at each Pod')
    const { requests, failures } = await stream.end()
    say(`cert-manager renews: ${requests} admission calls, ${failures.length} lost`)
    expect(failures.slice(0, 3)).toEqual([])
    expect(requests).toBeGreaterThan(100)
    expect(await replicas()).toEqual(before)
    expect(await restarts()).toEqual([0, 0])
  },
  600_000,
)

const ACCOUNT = `system:serviceaccount:${NAMESPACE}:${RELEASE}`

caseOf('with cert-manager Slackwater itself asks for no Secret, and changes no configuration', NEEDS, () => {
  const asked = auditedSince(installed).filter(({ user }) => user.username === ACCOUNT)
  const used = new Set(asked.map(({ verb, objectRef }) => `${verb} ${objectRef?.resource}`))
  expect(used).toContain('list mutatingwebhookconfigurations')
  expect(used).not.toContain('patch mutatingwebhookconfigurations')
  expect([...used].filter((right) => right.endsWith(' secrets'))).toEqual([])
})

caseOf(
  'uninstalled with cert-manager: nothing is left that blocks, and the namespace can go',
  NEEDS,
  async () => {
    await uninstall()
    const left = await kubectl([
      'get',
      'mutatingwebhookconfigurations,validatingwebhookconfigurations',
      '-o',
      'name',
    ])
    expect(left.out).not.toContain(RELEASE)
    expect((await kubectl(['get', 'namespace', NAMESPACE])).err).toContain('not found')
    const namespace = await namespaces.with(service(), ingress())
    await kubectlOk(['apply', '-n', namespace, '-f', '-'], app({ replicas: 0 }))
    expect(protectionOf(await stored(['deployment', 'web', '-n', namespace])).recorded).toBe(false)
  },
  400_000,
)
