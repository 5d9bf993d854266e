import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { caseOf, cluster, has } from './support/cluster.ts'
import { makeRoom, uninstall } from './support/installation.ts'
import { createNamespace, kubectl, kubectlOk } from './support/kubectl.ts'
import { createLoadBalancer } from './support/load-balancer.ts'
import {
  type LoadBalancerController,
  startLoadBalancerController,
} from './support/load-balancer-controller.ts'
import { type LocalRegistry, pushImage, startRegistry } from './support/registry.ts'
import { openSession, type Session } from './support/session.ts'
import { app, INGRESS_CLASS, ingress, service } from './support/shop.ts'

/** docs/first-hour.md, typed from its first command to its last in an empty home folder, and read word by word. */

const NEEDS = ['pods', 'helm', 'controllers', 'control plane', 'go'] as const
const NAMESPACE = 'shop'
const PORT = 8080
/** Where the registry keeps what is ours. */
const TEAM = 'platform'
/** Where npm and git are. */
const SYSTEM = '/usr/local/bin:/usr/bin:/bin'

interface Step {
  readonly commands: string
  /** What the page shows below them; empty: nothing. */
  readonly shown: string
}

/** Fences of commands, each with what is shown right below it. What a comment excuses is not typed. */
const FENCES = /(<!-- not run: .*-->\n)?```sh\n([\s\S]*?)```(?:\n\n```text\n([\s\S]*?)```)?/g

const steps: readonly Step[] = [...readFileSync('docs/first-hour.md', 'utf8').matchAll(FENCES)].flatMap(
  ([, excused, commands = '', shown = '']) => (excused === undefined ? { commands, shown } : []),
)

/** `…` stands for what is left out. */
const partsOf = (shown: string): readonly string[] =>
  shown
    .split('…')
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** They end with 1 where they find something. */
const ASKS = /\bslackwater (?:plan|audit|report|explain) .*\n$/

let controller: LoadBalancerController
let registry: LocalRegistry
let home: string
let session: Session

// There is one case, and a try that failed leaves what is in the way of the next.
beforeEach(async () => {
  if (!has(...NEEDS)) return
  await makeRoom()
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
  controller = await startLoadBalancerController()
  await createNamespace(NAMESPACE)
  const traffic = { namespace: NAMESPACE, port: PORT, requestsPerSecond: 1, propagation: 0 }
  controller.serve(NAMESPACE, createLoadBalancer(traffic))
  const running = withProbe(app({ env: { NAME: 'app', PORT: String(PORT) }, replicas: 2 }))
  await kubectlOk(['apply', '-n', NAMESPACE, '-f', '-'], service(), ingress(), running)
  await kubectlOk(['rollout', 'status', 'deployment/web', '-n', NAMESPACE, '--timeout=240s'])
  registry = await startRegistry(cluster.folder)
  const image = cluster.nodes?.images.find((one) => one.endsWith('/slackwater.tar')) ?? ''
  pushImage(registry, image, `${TEAM}/slackwater:${packageJson.version}`)
  home = mkdtempSync(path.join(tmpdir(), 'slackwater-first-hour-'))
  session = openSession(home, environment())
})
afterEach(async () => {
  if (!has(...NEEDS)) return
  await session.end()
  await kubectl(['delete', 'namespace', NAMESPACE, '--ignore-not-found', '--wait=false'])
  await controller.stop()
  await uninstall()
  await registry.stop()
  rmSync(home, { recursive: true, force: true })
})

function withProbe(workload: ReturnType<typeof app>) {
  const made = structuredClone(workload)
  const containers = made.spec.template.spec.containers.map((container) => ({
    ...container,
    readinessProbe: { tcpSocket: { port: PORT } },
  }))
  return {
    ...made,
    spec: {
      ...made.spec,
      template: { ...made.spec.template, spec: { ...made.spec.template.spec, containers } },
    },
  }
}

/** Of somebody who has the tools, and nothing else. The packages of npm are those that this machine has fetched before. */
function environment(): Readonly<Record<string, string>> {
  const bin = path.join(home, 'bin')
  mkdirSync(bin)
  writeFileSync(path.join(bin, 'helm'), plainHttp(cluster.helm ?? ''), { mode: 0o755 })
  if (path.isAbsolute(cluster.kubectl)) symlinkSync(cluster.kubectl, path.join(bin, 'kubectl'))
  return {
    HOME: home,
    PATH: [bin, path.join(home, '.npm-global/bin'), path.dirname(process.execPath), SYSTEM].join(':'),
    REGISTRY: `${registry.address}/${TEAM}`,
    KUBECONFIG: cluster.kubeconfig,
    TMPDIR: home,
    npm_config_prefix: path.join(home, '.npm-global'),
    npm_config_cache: path.join(homedir(), '.npm'),
    npm_config_prefer_offline: 'true',
    // The page names where the repository will be.
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `url.file://${process.cwd()}.insteadOf`,
    GIT_CONFIG_VALUE_0: 'https://github.com/slackwater/slackwater',
  }
}

/** A registry of yours speaks HTTPS; that of the test does not. */
const plainHttp = (helm: string): string => `#!/bin/sh
case " $* " in *' oci://'*) exec ${helm} "$@" --plain-http ;; esac
exec ${helm} "$@"
`

caseOf(
  'every command works, and prints what the page shows',
  NEEDS,
  async () => {
    expect(steps.length).toBeGreaterThan(10)
    for (const { commands, shown } of steps) {
      const { printed, code } = await session.type(commands)
      process.stderr.write(`$ ${commands}${printed}\n`)
      // "There is something to do": what the page is about.
      if (!ASKS.test(commands)) expect(code, `${commands}${printed}`).toBe(0)
      for (const part of partsOf(shown)) expect(printed, commands).toContain(part)
    }
  },
  1_200_000,
)
