import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { selfSigned } from '../../src/certificates/self-signed.ts'
import { ARTICLES, behindLoadBalancer, nameOf, templateOf } from './support/articles.ts'
import { auditedSince, auditPosition } from './support/audit-log.ts'
import { caseOf, cluster, has } from './support/cluster.ts'
import {
  helm,
  install,
  makeRoom,
  NAMESPACE,
  RELEASE,
  replicas,
  rolledOut,
  uninstall,
} from './support/installation.ts'
import { createNamespaces, kubectl, kubectlOk, run, stored } from './support/kubectl.ts'
import { protectedNext } from './support/protected-next.ts'
import { app, INGRESS_CLASS, ingress, service } from './support/shop.ts'
import { waitFor } from './support/slackwater.ts'
import { bareStart, startToReady } from './support/start-time.ts'
import { protectionOf } from './support/template.ts'

/** From an empty cluster to protection, and out of it again, by Helm. */

const NEEDS = ['pods', 'helm', 'controllers', 'control plane'] as const
/** "running, trusted, protecting, in under a minute". Milliseconds. */
const UNDER_A_MINUTE = 60_000

const say = (line: string): void => void process.stderr.write(`${line}\n`)

const namespaces = createNamespaces()
const fresh = namespaces.with

/** Where the audit log was then. */
let installed = 0
beforeAll(async () => {
  if (!has(...NEEDS)) return
  await makeRoom()
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
  // What others have left may ask on for a moment, without its rights.
  installed = auditPosition()
})
afterAll(async () => {
  if (!has(...NEEDS)) return
  await uninstall()
  await namespaces.remove()
})

const PROTECTED = { sleeps: { app: 45 }, grace: 75, recorded: true }

const workload = async (namespace: string) =>
  protectionOf(await stored(['deployment', 'web', '-n', namespace]))

/** What Helm says after the installation. */
let notes = ''

caseOf(
  'installed in dry-run into an empty cluster: it says what it would do, and does nothing',
  NEEDS,
  async () => {
    const from = Date.now()
    notes = await install('install', ['mode=dry-run'])
    const took = Date.now() - from
    say(`helm install: every Pod ready after ${(took / 1000).toFixed(1)} s`)
    expect(took).toBeLessThan(UNDER_A_MINUTE)
    expect(notes).toContain('mode dry-run')
    const namespace = await fresh(service(), ingress())
    const isTold = async () => {
      const { err } = await kubectlOk(['apply', '-n', namespace, '-f', '-', '--dry-run=server'], app())
      return /sleep 45 s/.test(err) || undefined
    }
    await waitFor(isTold, 90_000, 'the warning of a dry run')
    await kubectlOk(['apply', '-n', namespace, '-f', '-'], app({ replicas: 0 }))
    expect(await workload(namespace)).toMatchObject({ recorded: false })
  },
  600_000,
)

caseOf('helm test passes', NEEDS, async () => {
  await helm('test', RELEASE, '-n', NAMESPACE, '--timeout', '180s')
})

caseOf('the notes tell how to read the report inside a Pod, with nothing installed', NEEDS, async () => {
  const [, command = ''] = /^ *kubectl (.* exec .*)$/m.exec(notes) ?? []
  const { code, out } = await kubectl(command.split(' '))
  expect(code).toBeLessThanOrEqual(1)
  expect(out).toContain('dry-run')
})

caseOf('the image carries plan for CI, where nobody may write to its root', NEEDS, async () => {
  const plan = `exec -i deployment/${RELEASE} -n ${NAMESPACE} -- slackwater plan -f -`.split(' ')
  const { out, err } = await run(cluster.kubectl, plan, readFileSync('examples/1-bookshop.yaml', 'utf8'))
  expect(out).toContain('inject: sleep 45 s, grace period 75 s')
  // Its findings are warnings.
  expect(err).toBe('command terminated with exit code 1\n')
})

caseOf('slackwater report reaches it by a port-forward', NEEDS, async () => {
  const { code, out } = await run(process.execPath, [path.resolve('dist/main.js'), 'report'])
  expect(code).toBeLessThanOrEqual(1)
  expect(out).toContain('dry-run')
})

const STARTS = 7

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

async function timesOf(measure: () => Promise<number>): Promise<readonly number[]> {
  const times: number[] = []
  for (let nth = 0; nth < STARTS; nth++) times.push(await measure())
  return times
}

caseOf('from its start to ready, and what it takes while idle', NEEDS, async () => {
  const [ready, bare] = [median(await timesOf(startToReady)), median(await timesOf(bareStart))]
  const times = (ready / bare).toFixed(0)
  say(`start to ready: ${ready.toFixed(0)} ms, ${times} times a bare Node.js (${bare.toFixed(0)} ms)`)
  const sizes = await Promise.all((await replicas()).map(residentMib))
  say(`resident, idle: ${sizes.map((mib) => mib.toFixed(0)).join(' and ')} MiB`)
  // What the chart requests for it; a large cluster is in memory.e2e.ts.
  for (const mib of sizes) expect(mib).toBeLessThan(256)
})

async function residentMib(pod: string): Promise<number> {
  const metrics = `/api/v1/namespaces/${NAMESPACE}/pods/${pod}:8080/proxy/metrics`
  const { out } = await kubectlOk(['get', '--raw', metrics])
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(out)?.[1]) / 2 ** 20
}

const LABEL = 'elbv2.k8s.aws/pod-readiness-gate-inject'

/**
 * From the end of Helm's wait to the label of a namespace that waits for it. Milliseconds: a leader of the settings before
 * would go on for 22 to 26 s, the time that its preStop hook and its Lease take. 4 s were seen; a machine that is full takes more.
 */
const HANDED_OVER = 20_000

caseOf(
  'upgraded to enforce: its namespaces are labeled soon, and the next change is protected',
  NEEDS,
  async () => {
    // It is enforce already where this is tried once more.
    await install('upgrade', ['mode=dry-run'], { options: ['--reset-then-reuse-values'] })
    await rolledOut()
    const waiting = await fresh(service(), ingress())
    const isLabelled = async () =>
      (await stored(['namespace', waiting])).metadata.labels?.[LABEL] === 'enabled' || undefined
    expect(await isLabelled()).toBeUndefined()
    // As the notes say it.
    await install('upgrade', ['mode=enforce'], { options: ['--reset-then-reuse-values'] })
    const from = Date.now()
    await waitFor(isLabelled, HANDED_OVER, 'the label')
    say(`helm upgrade: the label ${((Date.now() - from) / 1000).toFixed(1)} s after its end`)
    await rolledOut()
    expect(await protectedNext(await fresh(service(), ingress()))).toEqual(PROTECTED)
  },
  600_000,
)

caseOf(
  'the articles’ manifests get what is derived for them',
  NEEDS,
  async () => {
    // They ask for much: a node has no room for them and for what comes next.
    const crowded = createNamespaces()
    const protections = await Promise.all(
      ARTICLES.map(async (article) => {
        const namespace = await crowded.with()
        const workload = await behindLoadBalancer(article, namespace)
        await kubectlOk(['apply', '-f', '-'], workload)
        return [article.expected.file, protectionOf(await stored([nameOf(article), '-n', namespace]))]
      }),
    )
    await crowded.remove()
    expect(protections).toEqual(ARTICLES.map((article) => [article.expected.file, templateOf(article)]))
  },
  600_000,
)

const ACCOUNT = 'system:serviceaccount:slackwater-system:slackwater'

caseOf('by the rights of the chart and no others, those for certificates too', NEEDS, async () => {
  const asked = auditedSince(installed).filter(({ user }) => user.username === ACCOUNT)
  const refused = asked.filter(
    ({ annotations }) => annotations?.['authorization.k8s.io/decision'] !== 'allow',
  )
  expect(refused.map(({ verb, objectRef }) => `${verb} ${objectRef?.resource}`)).toEqual([])
  const used = new Set(asked.map(({ verb, objectRef }) => `${verb} ${objectRef?.resource}`))
  // An apply that makes the Secret is a patch to the audit log; the API server asks for the right to create, too.
  for (const resource of ['secrets', 'mutatingwebhookconfigurations', 'validatingwebhookconfigurations'])
    for (const verb of ['get', 'patch']) expect(used).toContain(`${verb} ${resource}`)
})

caseOf(
  'with a certificate of your own: trusted, and protecting',
  NEEDS,
  async () => {
    await uninstall()
    const { cert, key } = await selfSigned([`${RELEASE}.${NAMESPACE}.svc`])
    const file = (name: string, text: string): string => {
      writeFileSync(path.join(cluster.folder, name), text)
      return path.join(cluster.folder, name)
    }
    const [certFile, keyFile] = [file('own.crt', cert), file('own.key', key)]
    await kubectlOk(['create', 'namespace', NAMESPACE])
    await kubectlOk([
      ...['create', 'secret', 'tls', 'web-cert', '-n', NAMESPACE],
      ...['--cert', certFile, '--key', keyFile],
    ])
    const own = ['certificates.mode=own', 'certificates.secretName=web-cert', 'webhook.failurePolicy=Fail']
    await install('install', own, { options: ['--set-file', `certificates.own.caBundle=${certFile}`] })
    expect(await protectedNext(await fresh(service(), ingress()))).toEqual(PROTECTED)
  },
  600_000,
)

caseOf(
  'uninstalled: no webhook configuration is left, and applies go through',
  NEEDS,
  async () => {
    await helm('uninstall', RELEASE, '-n', NAMESPACE, '--wait')
    const left = await kubectl([
      'get',
      'mutatingwebhookconfigurations,validatingwebhookconfigurations',
      '-o',
      'name',
    ])
    expect(left.out).not.toContain('slackwater')
    const namespace = await fresh(service(), ingress())
    await kubectlOk(['apply', '-n', namespace, '-f', '-'], app({ replicas: 0 }))
    expect(await workload(namespace)).toMatchObject({ recorded: false })
  },
  600_000,
)
