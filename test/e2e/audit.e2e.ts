import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { parse } from 'yaml'
import { kubeconfigFor } from './cluster/control-plane.ts'
import { auditedSince, auditPosition } from './support/audit-log.ts'
import { caseOf, cluster } from './support/cluster.ts'
import { freshNamespace, kubectlOk, removeNamespace, run, type Said, stored } from './support/kubectl.ts'
import { report } from './support/report.ts'
import { app, INGRESS_CLASS, ingress, service } from './support/shop.ts'
import { type Slackwater, startSlackwater, unregister, waitFor } from './support/slackwater.ts'

/** `slackwater audit` of a real cluster: with no right but get and list, and as a report of one that runs there. */

interface Judged {
  readonly cluster: { readonly doubt?: string }
  readonly missing: readonly { readonly part: string; readonly problem: string }[]
  readonly workloads: readonly {
    readonly kind: string
    readonly name: string
    readonly state?: string
    readonly verdict: string
    readonly findings: unknown
    readonly budget?: unknown
    readonly exposures: unknown
    readonly tried?: { readonly result: string; readonly message?: string; readonly lost?: readonly string[] }
  }[]
}

let namespace: string

const sleeping = { preStop: { exec: { command: ['sh', '-c', 'sleep 5'] } } }

beforeAll(async () => {
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
  namespace = await freshNamespace()
  const apply = (...objects: readonly unknown[]) =>
    kubectlOk(['apply', '-n', namespace, '-f', '-'], ...objects)
  for (const name of ['web', 'short', 'single', 'db']) await apply(service(name), ingress(name))
  const short = app({ name: 'short' })
  const [container] = short.spec.template.spec.containers
  short.spec.template.spec.containers = [
    { ...container, lifecycle: sleeping } as NonNullable<typeof container>,
  ]
  await apply(app(), short, app({ name: 'single', replicas: 1 }), app({ kind: 'StatefulSet', name: 'db' }))
  await apply(app({ name: 'worker', replicas: 0 }))
})
afterAll(async () => {
  await kubectlOk([
    'delete',
    'clusterrole,clusterrolebinding',
    '-l',
    'slackwater-e2e=audit',
    '--ignore-not-found',
  ])
  await removeNamespace(namespace)
})

const audit = (kubeconfig: string, ...args: readonly string[]): Promise<Said> =>
  run(process.execPath, [
    path.resolve('dist/main.js'),
    'audit',
    '--kubeconfig',
    kubeconfig,
    '-n',
    namespace,
    ...args,
  ])

const judged = async (kubeconfig: string, ...args: readonly string[]): Promise<Judged> =>
  JSON.parse((await audit(kubeconfig, ...args, '-o', 'json')).out) as Judged

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

/** The rules of the ClusterRole in docs/audit.md. */
const documentedRules = (): readonly Rule[] => {
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(readFileSync('docs/audit.md', 'utf8')) ?? []
  return (parse(yaml) as { readonly rules: readonly Rule[] }).rules
}

/** A kubeconfig of an account that has these rights in all namespaces. */
async function accountWith(name: string, rules: readonly Rule[]): Promise<string> {
  const metadata = { name: `e2e-${name}`, labels: { 'slackwater-e2e': 'audit' } }
  const rbac = 'rbac.authorization.k8s.io'
  await kubectlOk(
    ['apply', '-f', '-'],
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata, rules },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata,
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
  )
  const { out: token } = await kubectlOk(['create', 'token', name, '-n', namespace])
  const where = 'jsonpath={.clusters[0].cluster.server}'
  const { out: server } = await kubectlOk(['config', 'view', '--minify', '-o', where])
  const file = path.join(cluster.folder, `${name}.kubeconfig`)
  writeFileSync(file, kubeconfigFor(server, token.trim()))
  // Bindings reach the authorizer through a watch of its own.
  await waitFor(async () => ((await audit(file)).out === '' ? undefined : true), 60_000, 'the new rights')
  return file
}

const verbsOf = (name: string, from: number): ReadonlySet<string> =>
  new Set(
    auditedSince(from)
      .filter(({ user, objectRef }) => user.username.endsWith(`:${name}`) && objectRef !== undefined)
      .map(({ verb }) => verb),
  )

describe('rights', () => {
  caseOf('get and list are enough, and nothing else is asked for', ['control plane'], async () => {
    const kubeconfig = await accountWith('reader', documentedRules())
    await waitFor(
      async () => ((await judged(kubeconfig)).missing.length === 0 ? true : undefined),
      60_000,
      'an audit that misses nothing',
    )
    const from = auditPosition()
    const { code, err } = await audit(kubeconfig, '-o', 'json')
    expect({ code, err }).toEqual({ code: 1, err: '' })
    await waitFor(() => (verbsOf('reader', from).size > 0 ? true : undefined))
    expect([...verbsOf('reader', from)].filter((verb) => verb !== 'get' && verb !== 'list')).toEqual([])
  })

  caseOf('without Services: named, nobody is said to be behind none, and exit code 2', [], async () => {
    const rules = documentedRules().map((rule) => ({
      ...rule,
      resources: rule.resources.filter((resource) => resource !== 'services'),
    }))
    const kubeconfig = await accountWith('blind', rules)
    const { code, err, out } = await audit(kubeconfig, '-o', 'json')
    const { missing, cluster: known, workloads } = JSON.parse(out) as Judged
    expect(code).toBe(2)
    expect(err).toMatch(/^warning: services could not be listed completely: 403: services is forbidden/)
    expect(missing.map(({ part }) => part)).toEqual(['services'])
    expect(known.doubt).toBe('services could not be listed completely')
    expect(
      workloads.filter(({ verdict, state }) => verdict === 'not-exposed' || state === 'protected'),
    ).toEqual([])
  })

  caseOf(
    'of one namespace only: its workloads are judged, and what lies elsewhere is named',
    [],
    async () => {
      const name = 'tenant'
      const metadata = { name, namespace }
      await kubectlOk(
        ['apply', '-n', namespace, '-f', '-'],
        { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules: documentedRules() },
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'RoleBinding',
          metadata,
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
          subjects: [{ kind: 'ServiceAccount', name, namespace }],
        },
      )
      const classes = documentedRules().filter(({ apiGroups }) => apiGroups.includes('networking.k8s.io'))
      const kubeconfig = await accountWith(name, classes)
      const { missing, workloads } = await judged(kubeconfig)
      expect(workloads.map(({ name: one }) => one)).toEqual(
        expect.arrayContaining(['web', 'short', 'single', 'db']),
      )
      const parts = missing.map(({ part }) => part)
      expect(parts).toContain('deployments.apps')
      expect(parts).toContain('mutatingwebhookconfigurations.admissionregistration.k8s.io')
      expect(parts.filter((part) => ['services', 'namespaces', 'pods'].includes(part))).toEqual([])
    },
  )
})

describe('beside a Slackwater that runs there', () => {
  let slackwater: Slackwater
  beforeAll(async () => {
    slackwater = await startSlackwater({ args: ['--report-port', '0'], registers: false })
  })
  afterAll(async () => {
    await unregister()
    await slackwater.stop()
  })

  caseOf('both say the same of every workload', [], async () => {
    const reported = JSON.parse((await report(slackwater, '-n', namespace, '-o', 'json')).out) as Judged
    const own = await judged(cluster.kubeconfig)
    const parts = ({ workloads }: Judged) =>
      workloads.map(({ kind, name, state, verdict, findings, budget, exposures }) => ({
        ...{ kind, name, state, verdict, findings, budget, exposures },
      }))
    expect(reported.workloads.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['web', 'short', 'single', 'db']),
    )
    expect(parts(own)).toEqual(parts(reported))
  })
})

describe('--try', () => {
  const policy = 'slackwater-e2e-audit'
  const admission = 'admissionregistration.k8s.io/v1'
  beforeAll(async () => {
    await kubectlOk(
      ['apply', '-f', '-'],
      {
        apiVersion: admission,
        kind: 'ValidatingAdmissionPolicy',
        metadata: { name: policy },
        spec: {
          failurePolicy: 'Fail',
          matchConstraints: {
            resourceRules: [
              {
                apiGroups: ['apps'],
                apiVersions: ['v1'],
                operations: ['UPDATE'],
                resources: ['statefulsets'],
              },
            ],
          },
          validations: [{ expression: 'false', message: 'nobody changes databases here' }],
        },
      },
      {
        apiVersion: admission,
        kind: 'ValidatingAdmissionPolicyBinding',
        metadata: { name: policy },
        spec: {
          policyName: policy,
          validationActions: ['Deny'],
          matchResources: {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
          },
        },
      },
    )
  })
  afterAll(async () => {
    const kinds = 'validatingadmissionpolicybinding,validatingadmissionpolicy'
    await kubectlOk(['delete', kinds, policy, '--ignore-not-found'])
  })

  const versions = () =>
    Promise.all(
      ['deployment/web', 'statefulset/db'].map(async (name) => {
        const { metadata, spec } = await stored<{ spec: unknown }>([name, '-n', namespace])
        return { generation: metadata.generation, spec }
      }),
    )

  caseOf('tells what a policy would refuse, and stores nothing', [], async () => {
    const before = await versions()
    const tried = async () => {
      const { workloads } = await judged(cluster.kubeconfig, '--try')
      return new Map(workloads.map(({ name, tried: one }) => [name, one]))
    }
    // A policy takes effect a moment after it is stored.
    const results = await waitFor(
      async () => {
        const some = await tried()
        return some.get('db')?.result === 'refused' ? some : undefined
      },
      90_000,
      'the policy',
    )
    expect(results.get('db')?.message).toContain('nobody changes databases here')
    expect(results.get('web')).toEqual({ result: 'accepted' })
    expect(await versions()).toEqual(before)
  })

  caseOf('without the right to patch it says so, and refuses nothing', [], async () => {
    const kubeconfig = await accountWith('onlooker', documentedRules())
    const { workloads } = await judged(kubeconfig, '--try')
    const results = workloads.flatMap(({ tried }) => tried ?? [])
    expect(results.length).toBeGreaterThan(0)
    expect(results.filter(({ result }) => result !== 'not-tried')).toEqual([])
    expect(results[0]?.message).toContain('you may not patch it')
  })
})
