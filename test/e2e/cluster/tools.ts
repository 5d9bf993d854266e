import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import path from 'node:path'
import { BIN, BRIEF_FLAGS, beginModule, go, isInstalled, MODULES } from './parts.ts'

/** Programs and files of published Go modules that only some checks need: built, or fetched, when the first one asks. */

/** What this machine lacks for them, in words; empty: nothing. */
export const lackingForTools = (): readonly string[] => (isInstalled('go') ? [] : ['go is not on the PATH'])

type Say = (line: string) => void

const KUBE_SCORE = { module: 'github.com/zegl/kube-score', version: 'v1.20.0' } as const

/** kube-score, a linter of manifests. @returns the program. @throws with the compiler's words. */
export function kubeScore(say: Say): string {
  const program = path.join(BIN, `kube-score-${KUBE_SCORE.version}`)
  if (existsSync(program)) return program
  const folder = path.join(MODULES, path.basename(program))
  const importPath = `${KUBE_SCORE.module}/cmd/kube-score`
  beginModule(folder)
  go(folder, ['get', '-tool', `${importPath}@${KUBE_SCORE.version}`])
  build(folder, importPath, { program, say })
  return program
}

const KUSTOMIZE = { module: 'sigs.k8s.io/kustomize/kustomize/v5', version: 'v5.8.2' } as const

/** kustomize, as it is installed beside kubectl. @returns the program. @throws with the compiler's words. */
export function kustomize(say: Say): string {
  const program = path.join(BIN, `kustomize-${KUSTOMIZE.version}`)
  if (existsSync(program)) return program
  const folder = path.join(MODULES, path.basename(program))
  beginModule(folder)
  go(folder, ['get', '-tool', `${KUSTOMIZE.module}@${KUSTOMIZE.version}`])
  build(folder, KUSTOMIZE.module, { program, say })
  return program
}

const KREW = { module: 'sigs.k8s.io/krew', version: 'v0.4.3' } as const

/** krew, which installs plugins of kubectl. @returns the program. @throws with the compiler's words. */
export const krew = (say: Say): string => krewProgram('krew', say)

/** The check of the plugins' index. @returns what it has against the manifest of the plugin `slackwater`. */
export function validateKrewManifest(say: Say, manifest: string): string {
  const program = krewProgram('validate-krew-manifest', say)
  const { status, stderr } = spawnSync(program, ['-skip-install', '-manifest', manifest], {
    encoding: 'utf8',
  })
  return status === 0 ? '' : stderr
}

function krewProgram(name: string, say: Say): string {
  const program = path.join(BIN, `${name}-${KREW.version}`)
  if (existsSync(program)) return program
  const folder = path.join(MODULES, path.basename(program))
  const importPath = `${KREW.module}/cmd/${name}`
  beginModule(folder)
  go(folder, ['get', '-tool', `${importPath}@${KREW.version}`])
  build(folder, importPath, { program, say })
  return program
}

interface Target {
  readonly program: string
  readonly say: Say
}

function build(folder: string, what: string, { program, say }: Target): void {
  say(`building ${path.basename(program)}`)
  mkdirSync(path.dirname(program), { recursive: true })
  const half = path.join(path.dirname(program), `.${path.basename(program)}`)
  go(folder, ['build', ...BRIEF_FLAGS, '-ldflags', '-s -w', '-o', half, what])
  renameSync(half, program)
}

const CERT_MANAGER = { module: 'github.com/cert-manager/cert-manager', version: 'v1.21.2' } as const

/** Where the custom resource definitions of others are, in the modules that publish them. */
const DEFINITIONS = {
  'cert-manager': { ...CERT_MANAGER, folder: 'deploy/crds', files: /\.yaml$/ },
  'prometheus-operator': {
    module: 'github.com/prometheus-operator/prometheus-operator',
    version: 'v0.85.0',
    folder: 'example/prometheus-operator-crd',
    files: /_(podmonitors|servicemonitors|prometheusrules)\.yaml$/,
  },
} as const

export type Publisher = keyof typeof DEFINITIONS

/** @returns the files that hold them. @throws with Go's words. */
export function definitionFiles(publisher: Publisher): readonly string[] {
  const { module, version, folder, files } = DEFINITIONS[publisher]
  mkdirSync(MODULES, { recursive: true })
  const told: unknown = JSON.parse(go(MODULES, ['mod', 'download', '-json', `${module}@${version}`]))
  const root = typeof told === 'object' && told !== null && 'Dir' in told ? String(told.Dir) : ''
  const inside = path.join(root, folder)
  return readdirSync(inside)
    .filter((name) => files.test(name))
    .map((name) => path.join(inside, name))
}

/** cert-manager's own code, in one program of ours. @returns it. @throws with the compiler's words. */
export function certManager(say: Say): string {
  const source = path.join(import.meta.dirname, 'cert-manager', 'main.go')
  const program = path.join(BIN, `cert-manager-${CERT_MANAGER.version}-${hashOf(source)}`)
  if (existsSync(program)) return program
  const folder = path.join(MODULES, path.basename(program))
  beginModule(folder)
  copyFileSync(source, path.join(folder, 'main.go'))
  // The rest of what is imported comes in the versions that this one asks for.
  go(folder, ['get', `${CERT_MANAGER.module}@${CERT_MANAGER.version}`])
  build(folder, '.', { program, say })
  return program
}

const hashOf = (file: string): string =>
  createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 8)

/** What cases need of other projects, fetched while there is a network. */
export function fetchDefinitions(): void {
  for (const publisher of Object.keys(DEFINITIONS) as Publisher[]) definitionFiles(publisher)
}
