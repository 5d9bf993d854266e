import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'

/** The programs that a cluster is made of, built from the Go module proxy: no release server is asked, no image pulled. */

/** One that runs with the containerd 1.6 of Debian 12; kubelet 1.36 wants containerd 2. */
const KUBERNETES = '1.35.4'
const ETCD = '3.6.5'
/** Both that people install with. */
const HELM = '3.22.0'
const HELM4 = '4.3.1'
/** What a release packages and pushes its chart with. */
export const HELM_OF_RELEASES = HELM4

const COMMANDS = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'kubectl',
] as const

/** By the names of their programs here. */
export type Helm = 'helm' | 'helm4'

export type Part = (typeof COMMANDS)[number] | 'etcd' | Helm

interface Build {
  readonly name: Part
  readonly importPath: string
  /** Kubernetes tells its version only when it is linked in. */
  readonly flags: string
}

/**
 * Nobody debugs them: without its tables the compiler takes a sixth less time (kube-score: 74 s of CPU time with them, 62 s
 * without).
 */
const COMPILER_FLAGS = ['-trimpath', '-gcflags=all=-dwarf=false'] as const
/** What runs for moments only is not optimized either (kube-score: 47 s). */
export const BRIEF_FLAGS = ['-trimpath', '-gcflags=all=-dwarf=false -N -l'] as const

const [major = '', minor = ''] = KUBERNETES.split('.')
const VERSION = 'k8s.io/component-base/version'
const KUBERNETES_FLAGS = `-s -w -X ${VERSION}.gitVersion=v${KUBERNETES} -X ${VERSION}.gitMajor=${major} -X ${VERSION}.gitMinor=${minor}`

const KUBERNETES_BUILDS: readonly Build[] = COMMANDS.map((name) => ({
  name,
  importPath: `k8s.io/kubernetes/cmd/${name}`,
  flags: KUBERNETES_FLAGS,
}))

const ETCD_BUILD: Build = { name: 'etcd', importPath: 'go.etcd.io/etcd/server/v3', flags: '-s -w' }

const helmBuild = (name: Helm, major: 3 | 4, version: string) => ({
  name,
  importPath: `helm.sh/helm/v${major}/cmd/helm`,
  flags: '-s -w',
  version,
})
const HELM_BUILDS = { helm: helmBuild('helm', 3, HELM), helm4: helmBuild('helm4', 4, HELM4) } as const

const VERSIONS = [KUBERNETES, ETCD, HELM, HELM4].join('-')
export const CACHE = path.join(homedir(), '.cache', 'slackwater-e2e', VERSIONS)
export const MODULES = path.join(CACHE, 'modules')
export const BIN = path.join(CACHE, 'bin')

/** @returns the folder of the programs. @throws with the compiler's words. */
export function buildParts(say: (line: string) => void): string {
  const kubernetes = missingOf([...KUBERNETES_BUILDS, ETCD_BUILD])
  if (kubernetes.length > 0) {
    const module = path.join(MODULES, 'kubernetes')
    requireKubernetes(module)
    buildAll(module, kubernetes, { compilerFlags: COMPILER_FLAGS, say })
  }
  buildHelm('helm', say)
  buildHelm('helm4', say)
  return BIN
}

/** @returns the program. @throws with the compiler's words. */
function buildHelm(name: Helm, say: (line: string) => void): string {
  const build = HELM_BUILDS[name]
  const missing = missingOf([build])
  if (missing.length > 0) {
    const module = path.join(MODULES, name)
    beginModule(module)
    go(module, ['get', '-tool', `${build.importPath}@v${build.version}`])
    buildAll(module, missing, { compilerFlags: BRIEF_FLAGS, say })
  }
  return path.join(BIN, name)
}

const GIVEN_BY: Readonly<Record<Helm, string>> = { helm: 'HELM_BIN', helm4: 'HELM4_BIN' }

/** The Helm that `HELM_BIN` names, of version 4 `HELM4_BIN`; else ours, whose words the checks of the chart know. */
export const helmProgram = (say: (line: string) => void, name: Helm = 'helm'): string =>
  process.env[GIVEN_BY[name]] ?? buildHelm(name, say)

const missingOf = (builds: readonly Build[]): readonly Build[] => {
  mkdirSync(BIN, { recursive: true })
  return builds.filter(({ name }) => !existsSync(path.join(BIN, name)))
}

export function beginModule(folder: string): void {
  mkdirSync(folder, { recursive: true })
  if (!existsSync(path.join(folder, 'go.mod'))) go(folder, ['mod', 'init', 'example.com/e2e'])
}

/**
 * Kubernetes requires its own staging modules at v0.0.0 and replaces them by folders; both only count in its own
 * module, so ours must replace them by the published ones. Every path is named in one `go get`: otherwise the newest is taken.
 */
function requireKubernetes(folder: string): void {
  beginModule(folder)
  const told: unknown = JSON.parse(
    go(folder, ['mod', 'download', '-json', `k8s.io/kubernetes@v${KUBERNETES}`]),
  )
  const file = typeof told === 'object' && told !== null && 'GoMod' in told ? String(told.GoMod) : ''
  const staging = [...readFileSync(file, 'utf8').matchAll(/^\s*(k8s\.io\/\S+) => \.\/staging/gm)]
  const replacements = staging.map(
    ([, name]) => `-replace=${name}=${name}@v0.${minor}.${KUBERNETES.split('.')[2]}`,
  )
  go(folder, ['mod', 'edit', ...replacements])
  const tools = KUBERNETES_BUILDS.map(({ importPath }) => `${importPath}@v${KUBERNETES}`)
  go(folder, ['get', '-tool', ...tools, `${ETCD_BUILD.importPath}@v${ETCD}`])
}

interface Target {
  readonly compilerFlags: readonly string[]
  readonly say: (line: string) => void
}

/** Those with the same flags in one run of the compiler: while one of them is linked, the others are compiled. */
function buildAll(folder: string, builds: readonly Build[], { compilerFlags, say }: Target): void {
  for (const [flags, some] of Map.groupBy(builds, (build) => build.flags)) {
    say(`building ${some.map(({ name }) => name).join(', ')}`)
    const half = mkdtempSync(path.join(BIN, '.'))
    const paths = some.map(({ importPath }) => importPath)
    go(folder, ['build', ...compilerFlags, '-ldflags', flags, '-o', `${half}/`, ...paths])
    for (const { name, importPath } of some)
      renameSync(path.join(half, programOf(importPath)), path.join(BIN, name))
    rmSync(half, { recursive: true })
  }
}

/** As Go calls a program: by the last part of its path that is no version. */
const programOf = (importPath: string): string => path.basename(importPath.replace(/\/v\d+$/, ''))

/** A static program of ours, for the images of the test's Pods. */
export function buildProgram(source: string, output: string): void {
  mkdirSync(path.dirname(output), { recursive: true })
  const folder = path.dirname(source)
  const args = ['build', '-trimpath', '-ldflags', '-s -w', '-o', output, path.basename(source)]
  go(folder, args, { GOOS: 'linux' })
}

/** @returns what it prints. @throws with its words. */
export function go(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const { status, stdout, stderr, error } = spawnSync('go', args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod', ...env },
    maxBuffer: 64 * 1024 * 1024,
  })
  if (error !== undefined) throw new Error(`go is needed to build the cluster's parts: ${error.message}`)
  if (status !== 0) throw new Error(`go ${args.join(' ')}: ${stderr}`)
  return stdout
}

/** Whether a program is on the PATH. */
export function isInstalled(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
