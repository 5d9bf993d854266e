import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import type { Part } from './parts.ts'
import { logOf, start, until } from './processes.ts'

/** etcd, API server, controllers and scheduler of one cluster. */
export interface ControlPlane {
  /** Holds everything that the cluster writes. */
  readonly folder: string
  readonly programs: (part: Part) => string | undefined
  /** On which the API server listens: loopback, or every address of a network namespace of its own. */
  readonly address: '127.0.0.1' | '0.0.0.0'
  readonly ports: { readonly apiServer: number; readonly etcd: number; readonly etcdPeer: number }
}

const ADMIN_TOKEN = 'e2e-admin'
/** How long each part may take to come up, on a machine that is full. Milliseconds. */
const START = 180_000

const SERVICE_RANGE = '10.96.0.0/16'

export interface Reached {
  readonly kubeconfig: string
  readonly server: string
  readonly etcd: string
}

/** Starts it and waits until it answers. */
export async function startControlPlane(plane: ControlPlane): Promise<Reached> {
  const { folder, ports, programs } = plane
  mkdirSync(folder, { recursive: true })
  const server = `https://127.0.0.1:${ports.apiServer}`
  const kubeconfig = path.join(folder, 'kubeconfig')
  start(folder, { name: 'etcd', command: etcd(plane) })
  start(folder, { name: 'kube-apiserver', command: apiServer(plane) })
  writeFileSync(kubeconfig, kubeconfigFor(server, ADMIN_TOKEN))
  const kubectl = programs('kubectl') ?? 'kubectl'
  await until('the API server is ready', () => answers(kubectl, kubeconfig), {
    within: START,
    log: logOf(folder, 'kube-apiserver'),
  })
  if (programs('kube-controller-manager') !== undefined) {
    start(folder, { name: 'kube-controller-manager', command: controllerManager(plane, kubeconfig) })
  }
  const scheduler = programs('kube-scheduler')
  if (scheduler !== undefined) {
    const own = ['--leader-elect=false', '--secure-port=0', ...BRISK]
    const command = [scheduler, `--kubeconfig=${kubeconfig}`, ...own]
    start(folder, { name: 'kube-scheduler', command })
  }
  return { kubeconfig, server, etcd: etcdUrl(plane) }
}

function answers(kubectl: string, kubeconfig: string): boolean {
  try {
    const said = execFileSync(kubectl, ['--kubeconfig', kubeconfig, 'get', '--raw', '/readyz'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return said === 'ok'
  } catch {
    return false
  }
}

/** A kubeconfig for one token. The API server's certificate is its own, made at its start. */
export const kubeconfigFor = (server: string, token: string): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'e2e',
    clusters: [{ name: 'e2e', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'e2e', user: { token } }],
    contexts: [{ name: 'e2e', context: { cluster: 'e2e', user: 'e2e' } }],
  })

function programOf({ programs }: ControlPlane, part: Part): string {
  const program = programs(part)
  if (program === undefined) throw new Error(`${part} is missing`)
  return program
}

const etcdUrl = ({ ports }: ControlPlane): string => `http://127.0.0.1:${ports.etcd}`

function etcd(plane: ControlPlane): readonly string[] {
  const client = etcdUrl(plane)
  const peer = `http://127.0.0.1:${plane.ports.etcdPeer}`
  return [
    programOf(plane, 'etcd'),
    `--data-dir=${path.join(plane.folder, 'etcd')}`,
    '--unsafe-no-fsync',
    '--log-level=error',
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
  ]
}

export const auditLogOf = (folder: string): string => path.join(folder, 'audit.log')

/** Who asked for what, and which warnings and annotations a webhook gave: no bodies. */
const AUDIT_POLICY = stringify({
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
})

function apiServer(plane: ControlPlane): readonly string[] {
  const { folder, address, ports } = plane
  const file = (name: string, text: string): string => {
    const written = path.join(folder, name)
    writeFileSync(written, text)
    return written
  }
  const key = path.join(folder, 'service-accounts.key')
  execFileSync('openssl', ['genrsa', '-out', key, '2048'], { stdio: 'ignore' })
  return [
    programOf(plane, 'kube-apiserver'),
    `--etcd-servers=${etcdUrl(plane)}`,
    `--bind-address=${address}`,
    `--secure-port=${ports.apiServer}`,
    `--cert-dir=${path.join(folder, 'certificates')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    `--token-auth-file=${file('tokens.csv', `${ADMIN_TOKEN},admin,admin,system:masters\n`)}`,
    '--authorization-mode=RBAC',
    // Without controllers nobody makes the ServiceAccounts that it asks for.
    ...(plane.programs('kube-controller-manager') === undefined
      ? ['--disable-admission-plugins=ServiceAccount']
      : []),
    `--service-cluster-ip-range=${SERVICE_RANGE}`,
    '--allow-privileged=true',
    // Beta in 1.35, and off: docs/why-not-kyverno.md gives one to copy.
    '--feature-gates=MutatingAdmissionPolicy=true',
    '--runtime-config=admissionregistration.k8s.io/v1beta1=true',
    // Nobody resolves the name of the node.
    '--kubelet-preferred-address-types=InternalIP',
    // A watch or a list of an old version must be able to expire within a test.
    '--etcd-compaction-interval=0',
    `--audit-policy-file=${file('audit-policy.yaml', AUDIT_POLICY)}`,
    `--audit-log-path=${auditLogOf(folder)}`,
    '--audit-log-mode=blocking',
    // Cases read on from a position: in one file, which is not begun anew at its usual 100 MiB.
    '--audit-log-maxsize=8192',
  ]
}

/** What one case leaves to be cleared away must not hold up the next: the default of 20 requests a second would. */
const BRISK = ['--kube-api-qps=300', '--kube-api-burst=600']

function controllerManager(plane: ControlPlane, kubeconfig: string): readonly string[] {
  return [
    programOf(plane, 'kube-controller-manager'),
    `--kubeconfig=${kubeconfig}`,
    '--leader-elect=false',
    '--secure-port=0',
    ...BRISK,
    `--service-account-private-key-file=${path.join(plane.folder, 'service-accounts.key')}`,
    `--root-ca-file=${path.join(plane.folder, 'certificates', 'apiserver.crt')}`,
  ]
}
