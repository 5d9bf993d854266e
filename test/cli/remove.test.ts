import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { runRemove } from '../../src/cli/remove.ts'
import { GATES_ANNOTATION, RECORD_ANNOTATION } from '../../src/core/model/keys.ts'
import { injected, RECORD, template } from '../admission/world.ts'
import { DEPLOYMENTS, type FakeObject, NAMESPACES, WEBHOOKS } from '../cluster/fake-api-server.ts'
import { linesShown } from '../docs-commands/sample.ts'
import { Cluster, rolledOut } from '../removal/world.ts'
import { kubeconfig } from './following.ts'
import { folderOf, type Ran } from './run.ts'

/** The built program takes back what stands in the API server of these tests, whose rollouts are done at once. */

let cluster: Cluster
let config: string

beforeEach(async () => {
  cluster = new Cluster()
  await cluster.start()
  const { admission } = cluster.server
  cluster.server.admission = (object, current) => atOnce(admission(object, current))
  cluster.server.put(NAMESPACES, { metadata: { name: 'shop' } })
  config = path.join(folderOf({ config: kubeconfig(cluster.port) }), 'config')
})
afterEach(() => cluster.server.stop())

const atOnce = (object: FakeObject): FakeObject =>
  object['status'] === undefined
    ? object
    : { ...object, status: rolledOut(Number(object.metadata['generation'])) }

/** Not `spawnSync`: the API server of these tests lives in this process. */
const slackwater = (...args: readonly string[]): Promise<Ran> => slackwaterWith({}, ...args)

async function slackwaterWith(further: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Ran> {
  const { NO_COLOR: _, FORCE_COLOR: __, ...own } = process.env
  const env = { ...own, ...further }
  const program = [path.resolve('dist/main.js'), 'remove', '--kubeconfig', config, ...args]
  const child = spawn(process.execPath, program, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.on('data', (text) => (out += text))
  child.stderr.on('data', (text) => (err += text))
  const [code] = await once(child, 'close')
  return { code, out, err }
}

describe('what must be said', () => {
  test.for<[string, readonly string[], string]>([
    ['where', ['--dry-run'], 'error: -n NAMESPACE or --all-namespaces is required\n'],
    [
      'that it is meant, where nobody can be asked',
      ['-n', 'shop'],
      'error: standard input is not a terminal: --yes is required. --dry-run shows what would be removed\n',
    ],
    [
      'a place once',
      ['-n', 'shop', '-A', '--dry-run'],
      "error: option '-n, --namespace <name>' cannot be used with option '-A, --all-namespaces'\n(see --help)\n",
    ],
  ])('%s', async ([, args, expected]) => {
    expect(await slackwater(...args)).toEqual({ code: 2, out: '', err: expected })
    expect(cluster.server.asked).toEqual([])
  })

  test('at least one workload at a time', async () => {
    const { code, err } = await slackwater('-A', '--yes', '--batch', '0')
    expect([code, err.includes('at least 1')]).toEqual([2, true])
  })

  test('a cluster that answers', async () => {
    await cluster.server.stop()
    const { code, err } = await slackwater('-A', '--dry-run')
    await cluster.server.start(cluster.port)
    expect([code, err.startsWith(`error: http://127.0.0.1:${cluster.port}: `)]).toEqual([2, true])
  })
})

test('through a proxy that the environment names', async () => {
  cluster.deployment('web')
  const behind = folderOf({ config: kubeconfig(1) })
  const proxy = { HTTP_PROXY: `http://127.0.0.1:${cluster.port}`, NO_PROXY: '', http_proxy: '', no_proxy: '' }
  const { out } = await slackwaterWith(proxy, '-A', '--dry-run', '--kubeconfig', path.join(behind, 'config'))
  expect(out).toContain('Deployment web: remove')
})

const LABEL = 'elbv2.k8s.aws/pod-readiness-gate-inject'

const everything = (): void => {
  cluster.deployment('cart', injected({ annotations: { 'slackwater.dev/injected': '{' } }))
  cluster.deployment('web')
  cluster.server.put(NAMESPACES, {
    metadata: {
      name: 'shop',
      labels: { [LABEL]: 'enabled' },
      annotations: { [GATES_ANNOTATION]: `{"${LABEL}":"enabled"}` },
    },
  })
}

describe('--dry-run', () => {
  test('tells what would be taken from each, in 80 columns, and changes nothing', async () => {
    everything()
    cluster.server.put(WEBHOOKS, {
      metadata: { name: 'slackwater' },
      webhooks: [{ name: 'workloads.slackwater.dev' }],
    })
    const { code, out, err } = await slackwater('--all-namespaces', '--dry-run')
    expect(out).toBe(`Namespace shop
  Deployment cart: left: its annotation slackwater.dev/injected cannot be read:
    what Slackwater wrote is unknown
  Deployment web: remove Slackwater’s preStop from app; set
    terminationGracePeriodSeconds 75 → default 30
  labels of the namespace: remove:
    elbv2.k8s.aws/pod-readiness-gate-inject=enabled

Would be removed from 1 workload and 1 namespace; each of the workloads is
rolled out once. Left: 1 workload.
! the webhook is still installed and would restore it. Delete it first: kubectl
  delete mutatingwebhookconfiguration slackwater
`)
    expect([code, err, cluster.server.writes]).toEqual([1, '', []])
  })

  test('docs/uninstall.md shows it, where the grace period was stated', async () => {
    everything()
    const stated = RECORD.replace('"before":null', '"before":30')
    cluster.deployment('web', injected({ annotations: { [RECORD_ANNOTATION]: stated } }))
    const { out } = await slackwater('-n', 'shop', '--dry-run')
    expect(out.split('\n').filter((line) => line !== '')).toEqual(
      linesShown('docs/uninstall.md', 'Namespace shop'),
    )
  })

  test('nothing to do is no failure', async () => {
    expect(await slackwater('-n', 'shop', '--dry-run')).toEqual({
      code: 0,
      out: 'Nothing to remove.\n',
      err: '',
    })
  })

  test('-o json and -o yaml: the same as data', async () => {
    cluster.deployment('web')
    const expected = {
      dryRun: true,
      workloads: [
        {
          kind: 'Deployment',
          namespace: 'shop',
          name: 'web',
          state: 'would-take-back',
          changes: [
            'remove Slackwater’s preStop from app',
            'set terminationGracePeriodSeconds 75 → default 30',
          ],
        },
      ],
      namespaces: [],
      reports: [],
      unread: [],
      webhooks: [],
      validatingWebhooks: [],
    }
    expect(JSON.parse((await slackwater('-A', '--dry-run', '-o', 'json')).out)).toEqual(expected)
    expect(parse((await slackwater('-A', '--dry-run', '-o', 'yaml')).out)).toEqual(expected)
  })
})

describe('at a terminal', () => {
  async function asked(answer: string) {
    const said: string[] = []
    const terminal = {
      out: () => undefined,
      err: (text: string) => void said.push(text),
      readStdin: () => Promise.resolve(''),
      ask: (question: string) => {
        said.push(question)
        return Promise.resolve(answer)
      },
      width: 80,
      color: false,
      onSignal: () => undefined,
      exit: () => undefined,
    }
    const options = { kubeconfig: config, allNamespaces: true, batch: 3, pause: 0, timeout: 60 } as const
    const code = await runRemove(
      { ...options, slackwaterNamespace: 'slackwater-system', output: 'text' },
      terminal,
    )
    return { code, said: said.join('') }
  }

  test('it shows what would be taken and asks; no is no', async () => {
    cluster.deployment('web')
    const { code, said } = await asked('no')
    expect(said).toContain('Deployment web: remove Slackwater’s preStop from app')
    expect(said).toContain('1 rollout, 3 at a time. Continue? (yes/no) error: nothing was changed\n')
    expect([code, cluster.server.writes]).toEqual([2, []])
  })

  test('yes is yes', async () => {
    cluster.deployment('web')
    expect((await asked('yes')).code).toBe(0)
    expect(cluster.templateOf('web')).toEqual(template())
  })

  test('it does not ask where there is nothing to do', async () => {
    expect((await asked('no')).said).toBe('')
  })
})

describe('--yes', () => {
  test('takes it back, tells each step on standard error and the sum of it on standard output', async () => {
    cluster.deployment('web')
    expect(await slackwater('-A', '--yes')).toEqual({
      code: 0,
      out: `Namespace shop
  Deployment web: removed: remove Slackwater’s preStop from app; set
    terminationGracePeriodSeconds 75 → default 30

Removed from 1 workload.
`,
      err: `batch 1 of 1
  Deployment shop/web: removed
  Deployment shop/web: rolled out
`,
    })
    expect(cluster.templateOf('web')).toEqual(template())
  })

  test('run again: nothing to do', async () => {
    cluster.deployment('web')
    await slackwater('-A', '--yes')
    expect(await slackwater('-A', '--yes')).toMatchObject({ code: 0, out: 'Nothing to remove.\n' })
  })

  test('what is left is told with its reason: exit code 1', async () => {
    everything()
    const { code, out } = await slackwater('-n', 'shop', '--yes', '--keep-labels', '--pause', '0')
    expect(out).toContain('Deployment cart: left: its annotation')
    expect(out).toContain('Removed from 1 workload. Left: 1 workload.\n')
    expect(code).toBe(1)
  })

  test('with the webhook there it stops, and says what helps', async () => {
    cluster.deployment('web')
    const { admission } = cluster.server
    cluster.server.admission = (object, current) =>
      admission({ ...object, spec: current?.['spec'] ?? object['spec'] }, current)
    const { code, err } = await slackwater('-A', '--yes')
    expect(err).toContain('kubectl delete mutatingwebhookconfiguration slackwater;')
    expect(code).toBe(1)
    expect(cluster.server.stored(DEPLOYMENTS, 'web', 'shop')?.['spec']).toEqual({
      replicas: 3,
      template: injected(),
    })
  })

  test('a list that is forbidden is told', async () => {
    cluster.server.refused.set('/apis/apps/v1/statefulsets', 403)
    expect(await slackwater('-A', '--yes')).toMatchObject({
      code: 1,
      out: 'Nothing to remove was found; what could not be listed is unknown.\n',
      err: 'warning: statefulsets.apps could not be listed: 403: refused\n',
    })
  })
})
