import { existsSync } from 'node:fs'
import path from 'node:path'
import { KUSTOMIZATIONS } from '../manifests/paths.ts'
import type { Note } from '../manifests/position.ts'
import { readDocument } from '../manifests/read-document.ts'
import { readFile } from '../manifests/read-file.ts'
import type { Renderable, Rendering } from '../manifests/rendering.ts'
import { shownUrl, withoutUser } from '../manifests/url.ts'
import { runTool, type ToolRun } from './run-tool.ts'

interface RenderOptions {
  /** Of the release, for objects that name none. */
  readonly namespace: string
  /** Of every chart, in the order of `helm template --values`. */
  readonly valuesFiles: readonly string[]
  /** Of Kubernetes, for charts; undefined: the one that helm takes. */
  readonly kubeVersion?: string | undefined
  /** Milliseconds for one chart or kustomization. @default 120 000 */
  readonly timeLimit?: number
}

/** Milliseconds (choice: charts take moments; kustomize gives up on a remote base after 27 s, and may have several). */
const TIME_LIMIT = 120_000

/**
 * Renders with the programs of the user: the first one that is installed. They get no flag that lets them run further
 * programs: no plugins, no exec functions, no post-renderer.
 * @returns how to render one folder. @param limit bytes of the result.
 */
export const renderer =
  (options: RenderOptions) =>
  async (what: Renderable, limit: number): Promise<Rendering> => {
    const chart = what.kind === 'chart' ? await chartAt(what.folder) : undefined
    if (chart?.isLibrary) return { ok: true, notes: [note(what.folder, LIBRARY)] }
    const tools = chart === undefined ? kustomize(what.folder) : helm(what.folder, chart, options)
    const limits = { bytes: limit, time: options.timeLimit ?? TIME_LIMIT }
    for (const tool of tools) {
      const run = await runTool(tool.program, [tool.verb, ...tool.args], limits)
      if (run.what !== 'missing') return renderingOf(what, tool, run)
    }
    const sought = what.kind === 'chart' ? 'helm was not' : 'neither kustomize nor kubectl was'
    return refused(shownUrl(what.folder), `cannot be rendered: ${sought} found in PATH`)
  }

function renderingOf(
  what: Renderable,
  { program, verb }: Tool,
  run: Exclude<ToolRun, { readonly what: 'missing' }>,
): Rendering {
  const folder = shownUrl(what.folder)
  if (run.what === 'failed')
    return refused(folder, `${program} ${verb} ${withoutUser(run.reason.replaceAll(what.folder, folder))}`)
  const name = `${folder} (${program} ${verb})`
  const kustomization = kustomizationOf(what)
  const sourceOf = what.kind === 'chart' ? templateOf(what.folder) : () => kustomization
  const notes =
    run.said === ''
      ? []
      : [note(name, `${program} printed: ${withoutUser(run.said.replaceAll(what.folder, folder))}`)]
  return { ok: true, source: { name, text: run.text, sourceOf }, notes }
}

interface Tool {
  readonly program: string
  readonly verb: string
  readonly args: readonly string[]
}

function helm(folder: string, { release }: Chart, options: RenderOptions): readonly Tool[] {
  const { namespace, valuesFiles, kubeVersion } = options
  const args = [
    ...[release, asPath(folder), '--namespace', namespace],
    // They live for the moments of `helm test`, and many have the labels that a Service selects.
    '--skip-tests',
    ...valuesFiles.flatMap((file) => ['--values', file]),
    ...(kubeVersion === undefined ? [] : ['--kube-version', kubeVersion]),
  ]
  return [{ program: 'helm', verb: 'template', args }]
}

const kustomize = (folder: string): readonly Tool[] => [
  { program: 'kustomize', verb: 'build', args: [asPath(folder)] },
  { program: 'kubectl', verb: 'kustomize', args: [asPath(folder)] },
]

/** Never an option. */
const asPath = (folder: string): string => (folder.startsWith('-') ? `./${folder}` : folder)

/** Bytes (choice: as a kustomization). */
const LARGEST_CHART_FILE = 2 ** 20
/** The names that Helm accepts (helm.sh/helm pkg/chartutil, ValidateReleaseName). */
const RELEASE = /^(?=.{1,53}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/

interface Chart {
  /** Most people name a release after its chart. Where that is no name, what Helm takes if none is given. */
  readonly release: string
  /** Helm renders it only inside of others (helm.sh, Library Charts). */
  readonly isLibrary: boolean
}

async function chartAt(folder: string): Promise<Chart> {
  const read = await readFile(path.join(folder, 'Chart.yaml'), LARGEST_CHART_FILE)
  const document = read.ok ? readDocument(read.text) : undefined
  const chart = document?.readable === true ? document.data.value : undefined
  const { name, type }: { readonly name?: unknown; readonly type?: unknown } =
    typeof chart === 'object' && chart !== null ? chart : {}
  return {
    release: typeof name === 'string' && RELEASE.test(name) ? name : 'release-name',
    isLibrary: type === 'library',
  }
}

const LIBRARY = 'a library chart: it is rendered where another chart includes it'

/** The line that Helm writes above each document. */
const SOURCE = /^(?:---[ \t]*\r?\n)?# Source: ([^\r\n]+)/

/** Helm names a template by its chart: `web/templates/service.yaml`. A packed dependency has no such file. */
const templateOf =
  (folder: string) =>
  (document: string): string => {
    const parts = SOURCE.exec(document)?.[1]?.split('/').slice(1) ?? []
    const file = path.join(folder, ...parts)
    const isInside = parts.length > 0 && !parts.includes('..') && existsSync(file)
    return isInside ? file : path.join(folder, 'Chart.yaml')
  }

/** Undefined if it is not on this machine. */
const kustomizationOf = ({ folder, source }: Renderable): string | undefined =>
  source ?? [...KUSTOMIZATIONS].map((name) => path.join(folder, name)).find((file) => existsSync(file))

const note = (file: string, text: string): Note => ({
  severity: 'information',
  id: 'rendering',
  file,
  text,
})

const refused = (file: string, message: string): Rendering => ({
  ok: false,
  problem: { file, message },
  notes: [],
})
