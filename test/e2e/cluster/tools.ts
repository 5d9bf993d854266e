import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import path from 'node:path'
import { BIN, BRIEF_FLAGS, beginModule, go, isInstalled, MODULES } from './parts.ts'

/** Programs and files of published Go modules that only some checks need: built, or fetched, when the first one asks. */

/** What this machine lacks for them, in words; empty: nothing. */
export const lackingForTools = (): readonly string[] => (isInstalled('go') ? [] : ['go is not on the PATH'])

type Say = (line: string) => void

/** A program of a published module. */
interface Published {
  /** As its file is called. */
  readonly name: string
  readonly importPath: string
  readonly version: string
}

/** @returns the program. @throws with the compiler's words. */
function published({ name, importPath, version }: Published, say: Say): string {
  const program = path.join(BIN, `${name}-${version}`)
  if (existsSync(program)) return program
  const folder = path.join(MODULES, path.basename(program))
  beginModule(folder)
  go(folder, ['get', '-tool', `${importPath}@${version}`])
  build(folder, importPath, { program, say })
  return program
}

/** kube-score, a linter of manifests. */
export const kubeScore = (say: Say): string =>
  published(
    { name: 'kube-score', importPath: 'github.com/zegl/kube-score/cmd/kube-score', version: 'v1.20.0' },
    say,
  )

/** kustomize, as it is installed beside kubectl. */
export const kustomize = (say: Say): string =>
  published({ name: 'kustomize', importPath: 'sigs.k8s.io/kustomize/kustomize/v5', version: 'v5.8.2' }, say)

/** With what a release is published, in the versions that its workflow installs. */
export const ORAS = {
  name: 'oras',
  importPath: 'oras.land/oras/cmd/oras',
  version: 'v1.3.1',
} as const
export const COSIGN = {
  name: 'cosign',
  importPath: 'github.com/sigstore/cosign/v3/cmd/cosign',
  version: 'v3.1.3',
} as const
const ACTIONLINT = {
  name: 'actionlint',
  importPath: 'github.com/rhysd/actionlint/cmd/actionlint',
  version: 'v1.7.12',
} as const

export const oras = (say: Say): string => published(ORAS, say)
/** cosign, which signs images: minutes to build. */
export const cosign = (say: Say): string => published(COSIGN, say)
/** actionlint, a linter of workflows. */
export const actionlint = (say: Say): string => published(ACTIONLINT, say)

const DISTRIBUTION = { module: 'github.com/distribution/distribution/v3', version: 'v3.1.2' } as const

/** A registry of images and charts. */
export const registry = (say: Say): string => ownProgram('registry', DISTRIBUTION, say)

/** krew, which installs plugins of kubectl. */
export const krew = (say: Say): string => krewProgram('krew', say)

/** The check of the plugins' index. @returns what it has against the manifest of the plugin `slackwater`. */
export function validateKrewManifest(say: Say, manifest: string): string {
  const program = krewProgram('validate-krew-manifest', say)
  const { status, stderr } = spawnSync(program, ['-skip-install', '-manifest', manifest], {
    encoding: 'utf8',
  })
  return status === 0 ? '' : stderr
}

const krewProgram = (name: string, say: Say): string =>
  published({ name, importPath: `sigs.k8s.io/krew/cmd/${name}`, version: 'v0.4.3' }, say)

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

/** cert-manager's own code, in one program of ours. */
export const certManager = (say: Say): string => ownProgram('cert-manager', CERT_MANAGER, say)

/** A program of ours around a module's code: its source is beside this file. @throws with the compiler's words. */
function ownProgram(name: string, { module, version }: Module, say: Say): string {
  const source = path.join(import.meta.dirname, name, 'main.go')
  const program = path.join(BIN, `${name}-${version}-${hashOf(source)}`)
  if (existsSync(program)) return program
  const folder = path.join(MODULES, path.basename(program))
  beginModule(folder)
  copyFileSync(source, path.join(folder, 'main.go'))
  // The rest of what is imported comes in the versions that this one asks for.
  go(folder, ['get', `${module}@${version}`])
  build(folder, '.', { program, say })
  return program
}

interface Module {
  readonly module: string
  readonly version: string
}

const hashOf = (file: string): string =>
  createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 8)

/** What cases need of other projects, fetched while there is a network. */
export function fetchDefinitions(): void {
  for (const publisher of Object.keys(DEFINITIONS) as Publisher[]) definitionFiles(publisher)
}
