import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { KUBE_VERSION } from '../../scripts/chart/deploy.ts'
import { shop as cluster } from '../audit/cluster.ts'
import { type Following, startFollowing } from '../cli/following.ts'
import { shop } from '../cli/manifests.ts'
import { type FakeApiServer, PODS } from '../cluster/fake-api-server.ts'
import { ownArguments } from '../docs-commands/judge.ts'
import { type Call, createSandbox, type Deeds, locationOf, type Sandbox } from '../docs-commands/sandbox.ts'
import { blocksOfCommands, inlineCommands, PAGES, type Shown } from '../docs-commands/shown.ts'
import { BIN, buildParts, helmProgram } from '../e2e/cluster/parts.ts'

/**
 * The commands that the documentation shows, with the real programs. Ours runs to its end, on files and on a played API
 * server that has the workload of the pages; so do jq, curl, kustomize (kubectl's) and `helm template`. kubectl reads its
 * arguments and finds no cluster. An installation is rendered with both versions of Helm. `test/docs-commands` says which tests
 * do what needs a cluster.
 */

const CONTEXTS = ['here', 'prod-eu', 'prod-us', 'prod-eu-1', 'prod-us-1']
/** Nothing listens there. */
const CLOSED_PORT = 1
/** Where the pages have the report of a serve on this machine. */
const REPORT_PORT = '8081'

const kubeconfig = (port: number): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': CONTEXTS[0],
    clusters: [{ name: 'played', cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: 'somebody', user: {} }],
    contexts: CONTEXTS.map((name) => ({ name, context: { cluster: 'played', user: 'somebody' } })),
  })

/** `# values/all.yaml`, in the first line of a block of a page: the file that its commands read. */
const filesOfPages = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    PAGES.flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/```yaml\n# (\w[\w./-]*\.yaml)\n([\s\S]*?)```/g)].map(
        ([, name = '', text = '']) => [name, text],
      ),
    ),
  )

const [JQ, CURL] = ['jq', 'curl'].map(locationOf)

const KUSTOMIZATION = 'resources: [web.yaml]\n'
const kustomized = (folder: string) => ({
  [`${folder}/kustomization.yaml`]: KUSTOMIZATION,
  [`${folder}/web.yaml`]: shop(),
})

const FILES = () => ({
  ...filesOfPages(),
  ...kustomized('overlays/production'),
  ...kustomized('overlays/prod'),
  ...kustomized('clusters/prod-eu-1'),
  'chart/templates/web.yaml': shop(),
  'my-chart/templates/web.yaml': shop(),
  'charts/web/templates/web.yaml': shop(),
})

/** A cluster that has Prometheus Operator. */
const OPERATOR = ['ServiceMonitor', 'PrometheusRule'].flatMap((kind) => [
  '--api-versions',
  `monitoring.coreos.com/v1/${kind}`,
])

/** `helm install` and `helm upgrade` of our chart as what they would apply. */
const rendering = (helm: string): string => `
  verb=$1; shift
  case "$verb" in install|upgrade) ;; *) exec ${helm} "$verb" "$@";; esac
  for word; do
    shift
    case "$word" in --install|--reset-then-reuse-values) ;; *) set -- "$@" "$word";; esac
  done
  exec ${helm} template "$@" ${[...KUBE_VERSION, ...OPERATOR].join(' ')}`

function deedsWith(helm: string): Deeds {
  const node = process.execPath
  const main = `${node} ${path.resolve('dist/main.js')}`
  return {
    // The webhook would listen until somebody ends it.
    slackwater: `case "$1" in serve) exit 0;; esac; exec ${main} "$@"`,
    npx: `shift; exec ${main} "$@"`,
    npm: `case "$*" in "run -s slackwater -- "*) shift 4; exec ${main} "$@";; esac`,
    kubectl: `case "$1" in
      slackwater) shift; exec ${node} ${path.resolve('dist/kubectl-slackwater.js')} "$@";;
      # A plugin, which plugin.shell.ts runs.
      krew) exit 0;;
      config|kustomize) exec ${BIN}/kubectl "$@";;
    esac
    KUBECONFIG=../closed exec ${BIN}/kubectl "$@"`,
    kustomize: `shift; exec ${BIN}/kubectl kustomize "$@"`,
    helm: rendering(helm),
    // With -e, a field that is not there is a failure.
    ...(JQ !== undefined && { jq: `exec ${JQ} -e "$@"` }),
    ...(CURL !== undefined && { curl: `exec ${CURL} -fsS "$@"` }),
  }
}

const say = (line: string): void => void process.stderr.write(`${line}\n`)

/** A Pod of Slackwater, whose port leads to the report. */
const OWN_POD = {
  metadata: {
    name: 'slackwater-0',
    namespace: 'slackwater-system',
    labels: { 'app.kubernetes.io/name': 'slackwater' },
  },
  spec: { containers: [{ name: 'slackwater' }] },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
}

let server: FakeApiServer
let serving: Following
let reportPort = 0
const sandboxes = new Map<string, Sandbox>()

beforeAll(async () => {
  buildParts(say)
  server = await cluster()
  const port = await server.start()
  serving = await startFollowing(port, '--report-port', '0')
  reportPort = Number(serving.lines.find(({ msg }) => msg === 'listening')?.['reportPort'])
  server.put(PODS, OWN_POD)
  server.forwarding = { port: reportPort }
  for (const name of ['helm', 'helm4'] as const) {
    const configs = { '../.kube/config': kubeconfig(port), '../closed': kubeconfig(CLOSED_PORT) }
    sandboxes.set(name, createSandbox({ ...FILES(), ...configs }, deedsWith(helmProgram(say, name))))
  }
})
afterAll(async () => {
  for (const sandbox of sandboxes.values()) sandbox.remove()
  await serving.stop()
  await server.stop()
})

/** What kubectl says where no cluster is, after it has understood its arguments. */
const NO_CLUSTER = /was refused|connection refused/
/** What `measure` says of the ledger of the played cluster, which no Pod has left. */
const NOTHING_LEFT = /No departure is known/
/** What a command says that asks before it changes something. */
const ASKS = /--yes/

/** 1 means findings, of ours. */
function isFine(call: Call): boolean {
  const isHere = call.program !== 'kubectl' || call.args[0] === 'slackwater'
  if (call.code === 0 || call.program === 'sleep') return true
  if (ownArguments(call) !== undefined && isHere)
    return call.code === 1 || (call.code === 2 && (ASKS.test(call.err) || NOTHING_LEFT.test(call.err)))
  if (call.program === 'kubectl') return call.code === 1 && NO_CLUSTER.test(call.err)
  // Nothing to list.
  return call.program === 'jq' && call.code === 4
}

async function failed(shown: Shown, helm: string): Promise<readonly string[]> {
  const ran = await sandboxes.get(helm)?.run(shown.text.replaceAll(REPORT_PORT, `${reportPort}`))
  return (ran?.calls ?? [])
    .filter((call) => !isFine(call))
    .map(
      ({ program, args, code, err }) =>
        `${shown.page}:${shown.line}: ${[program, ...args].join(' ')}: ended with ${code}: ${err.trim()}`,
    )
}

/** Within a sentence a command may lack what it needs, but has no option that does not exist. */
const UNKNOWN = /unknown (?:shorthand )?(?:flag|command)/

// Where nothing may be skipped, they must be there.
test('jq and curl are installed', ({ skip }) => {
  const missing = ['jq', 'curl'].filter((program) => locationOf(program) === undefined)
  if (process.env['SLACKWATER_E2E_REQUIRE_ALL'] !== '1' && missing.length > 0) skip(missing.join())
  expect(missing).toEqual([])
})

const ofOthers = (page: string): readonly Shown[] =>
  inlineCommands(page).filter(({ text }) => /^(?:kubectl|helm) /.test(text))

test.for(PAGES.filter((page) => ofOthers(page).length > 0))('%s: within its sentences', async (page) => {
  const words = ofOthers(page)
  const ran = await sandboxes.get('helm')?.run(words.map(({ text }) => text).join('\n'))
  const unknown = (ran?.calls ?? []).filter(({ err }) => UNKNOWN.test(err))
  expect(unknown.map(({ args, err }) => `${args.join(' ')}: ${err}`)).toEqual([])
})

/** One command after the other, each on what the others left: `test/e2e/first-hour.e2e.ts` types the page as a whole. */
const TYPED = 'docs/first-hour.md'
const BLOCKS = PAGES.filter((page) => page !== TYPED).flatMap(blocksOfCommands)

describe.for(['helm', 'helm4'] as const)('with %s', (helm) => {
  // Helm alone differs.
  const shown = BLOCKS.filter(({ text }) => helm === 'helm' || /^helm|\bhelm /m.test(text))

  test.for(shown)('$page:$line', async (one) => expect(await failed(one, helm)).toEqual([]))
})
