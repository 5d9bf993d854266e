import { X509Certificate } from 'node:crypto'
import { connect } from 'node:tls'
import { afterAll, beforeAll, expect } from 'vitest'
import { logOf, start, stop } from './cluster/processes.ts'
import { certManager } from './cluster/tools.ts'
import { beginStream } from './support/admission-stream.ts'
import { auditedSince, auditPosition } from './support/audit-log.ts'
import { caseOf, cluster, has } from './support/cluster.ts'
import { addDefinitions } from './support/definitions.ts'
import { helm, install, makeRoom, NAMESPACE, RELEASE, uninstall } from './support/installation.ts'
import { createNamespaces, kubectl, kubectlOk, stored, storedAll } from './support/kubectl.ts'
import { app, INGRESS_CLASS, ingress, service } from './support/shop.ts'
import { waitFor } from './support/slackwater.ts'
import { protectionOf } from './support/template.ts'

/** Certificates by the real cert-manager: its controllers issue them, its injector makes their CA known. */

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
}, 180_000)

interface Secret {
  readonly data: Readonly<Record<string, string>>
}

/** A file of a Secret that cert-manager writes, as PEM. */
async function secretFile(key: 'ca.crt' | 'tls.crt', name = `${RELEASE}-certificates`): Promise<string> {
  const secret = await stored(['secret', name, '-n', NAMESPACE])
  return Buffer.from((secret as unknown as Secret).data[key] ?? '', 'base64').toString()
}

/** What the API server believes, for each webhook; PEM. */
async function believed(): Promise<readonly string[]> {
  const { webhooks } = (await stored(['mutatingwebhookconfiguration', RELEASE])) as unknown as {
    readonly webhooks: readonly { readonly clientConfig: { readonly caBundle?: string } }[]
  }
  return webhooks.map(({ clientConfig }) => Buffer.from(clientConfig.caBundle ?? '', 'base64').toString())
}

interface Pod {
  readonly metadata: { readonly name: string }
  readonly status: {
    readonly podIP: string
    readonly containerStatuses: readonly { readonly restartCount: number }[]
  }
}

const pods = async (): Promise<readonly Pod[]> =>
  (await storedAll([
    'pods',
    '-n',
    NAMESPACE,
    '-l',
    'app.kubernetes.io/name=slackwater',
  ])) as unknown as readonly Pod[]

const HOST = `${RELEASE}.${NAMESPACE}.svc`

/** The serial number of the certificate that a Pod serves to somebody who believes that CA. */
function servedBy(address: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port: 9443, servername: HOST, ca })
    socket.once('error', reject)
    socket.once('secureConnect', () => {
      resolve(socket.getPeerX509Certificate()?.serialNumber ?? '')
      socket.end()
    })
  })
}

caseOf(
  'cert-manager issues the certificate and makes its CA known: trusted, and protecting',
  NEEDS,
  async () => {
    const from = Date.now()
    // What is not trusted would be refused: nothing can pass by chance.
    await install('install', ['certificates.mode=cert-manager', 'webhook.failurePolicy=Fail'])
    const ca = await secretFile('ca.crt')
    const isBelieved = async () => (await believed()).every((bundle) => bundle === ca) || undefined
    await waitFor(isBelieved, 30_000, 'the CA in the webhook configuration')
    say(`helm install with cert-manager: trusted after ${((Date.now() - from) / 1000).toFixed(1)} s`)
    const namespace = await namespaces.with(service(), ingress())
    const isProtected = async () => {
      const annotations = { at: `${Date.now()}` }
      await kubectlOk(['apply', '-n', namespace, '-f', '-'], app({ replicas: 0, annotations }))
      return protectionOf(await stored(['deployment', 'web', '-n', namespace])).recorded || undefined
    }
    await waitFor(isProtected, 30_000, 'the protection')
    const protection = protectionOf(await stored(['deployment', 'web', '-n', namespace]))
    expect(protection).toEqual({ sleeps: { app: 45 }, grace: 75, recorded: true })
    await helm('test', RELEASE, '-n', NAMESPACE, '--timeout', '60s')
  },
  240_000,
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
const MOUNTED = 150_000

const serialOf = (pem: string): string => new X509Certificate(pem).serialNumber

/** Renews a certificate and waits for it. @returns its serial number. */
async function renewed(certificate: string, secret: string): Promise<string> {
  const old = serialOf(await secretFile('tls.crt', secret))
  await renew(certificate)
  const serial = async () => {
    const now = serialOf(await secretFile('tls.crt', secret))
    return now === old ? undefined : now
  }
  return waitFor(serial, 30_000, `the renewed ${certificate}`)
}

caseOf(
  'CA and certificate that cert-manager renews are served without a restart, and no admission call is lost',
  NEEDS,
  async () => {
    const before = await pods()
    expect(before).toHaveLength(2)
    const ca = await secretFile('ca.crt')
    const served = () => Promise.all(before.map(({ status }) => servedBy(status.podIP, ca)))
    const old = serialOf(await secretFile('tls.crt'))
    expect(await served()).toEqual([old, old])
    const stream = beginStream(await namespaces.with(service(), ingress()), 1)
    await renewed(`${RELEASE}-ca`, `${RELEASE}-ca`)
    const serial = await renewed(RELEASE, `${RELEASE}-certificates`)
    const isKnown = async () => (await believed()).every((bundle) => bundle !== ca) || undefined
    await waitFor(isKnown, 30_000, 'the renewed CA in the webhook configuration')
    // Whoever knows the old CA only believes it, too.
    const isServed = async () => (await served()).every((one) => one === serial) || undefined
    await waitFor(isServed, MOUNTED, 'the renewed certificate at each Pod')
    const { requests, failures } = await stream.end()
    say(`cert-manager renews: ${requests} admission calls, ${failures.length} lost`)
    expect(failures.slice(0, 3)).toEqual([])
    expect(requests).toBeGreaterThan(100)
    const after = await pods()
    expect(after.map(({ metadata }) => metadata.name)).toEqual(before.map(({ metadata }) => metadata.name))
    const restarts = after.flatMap(({ status }) => status.containerStatuses.map((one) => one.restartCount))
    expect(restarts).toEqual([0, 0])
  },
  240_000,
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
    const left = await kubectl(['get', 'mutatingwebhookconfigurations', '-o', 'name'])
    expect(left.out).not.toContain(RELEASE)
    expect((await kubectl(['get', 'namespace', NAMESPACE])).err).toContain('not found')
    const namespace = await namespaces.with(service(), ingress())
    await kubectlOk(['apply', '-n', namespace, '-f', '-'], app({ replicas: 0 }))
    expect(protectionOf(await stored(['deployment', 'web', '-n', namespace])).recorded).toBe(false)
  },
  180_000,
)
