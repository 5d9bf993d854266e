import { type Expansion, expandPaths } from '../manifests/paths.ts'
import { readManifests } from '../manifests/read.ts'
import { shownUrl } from '../manifests/url.ts'
import { wholeInput } from '../manifests/whole-input.ts'
import { type Plan, planManifests } from '../plan/plan.ts'
import type { Terminal } from '../render/terminal.ts'
import { renderer } from '../rendering/renderer.ts'
import { loadSettings } from './settings-file.ts'

/** Which manifests are read, as given. */
export interface InputOptions {
  readonly filename?: readonly string[]
  /** Read like those of `filename`, but they may hold no manifests. */
  readonly folders?: readonly string[]
  readonly kustomize?: readonly string[]
  readonly render?: true
  readonly helmValues?: readonly string[]
  readonly kubeVersion?: string
}

/** The options of a command that reads manifests, as given. */
export interface FileOptions extends InputOptions {
  readonly namespace: string
  readonly settings?: string
  readonly assumeDefaultClass?: string
}

type PlannedFiles =
  | { readonly ok: true; readonly plan: Plan; readonly expansion: Expansion }
  | { readonly ok: false; readonly problems: readonly string[] }

/** Reads the settings and the manifests, and plans them. */
export async function planFiles(options: FileOptions, terminal: Terminal): Promise<PlannedFiles> {
  const { filename = [], folders = [], kustomize = [], namespace } = options
  const { assumeDefaultClass: assumedDefaultClass } = options
  if (filename.length + folders.length + kustomize.length === 0)
    return {
      ok: false,
      problems: ['no manifests: give files or folders with -f, or a kustomization with -k'],
    }
  const loaded = await loadSettings(options.settings)
  if (!loaded.ok) return loaded
  const { settings } = loaded
  const expansion = await expansionOf(options, terminal)
  const manifests = wholeInput(
    [...filename, ...kustomize].map(shownUrl),
    expansion,
    readManifests(expansion.sources),
  )
  const plan = planManifests({ manifests, settings, namespace, assumedDefaultClass, now: Date.now() })
  return { ok: true, plan, expansion }
}

function expansionOf(options: FileOptions, { readStdin, proxy }: Terminal): Promise<Expansion> {
  const { filename = [], folders = [], kustomize = [] } = options
  const { namespace, render, helmValues = [], kubeVersion } = options
  return expandPaths([...filename, ...folders], readStdin, {
    mayBeEmpty: folders,
    readUrl: async (url, limit) => {
      // Few ask a server: HTTP and TLS are loaded for them only.
      const { readUrl } = await import('../manifests/read-url.ts')
      return await readUrl(url, { limit, ...(proxy === undefined ? {} : { proxy }) })
    },
    render: renderer({ namespace, valuesFiles: helmValues, kubeVersion }),
    rendersFolders: render === true,
    kustomize,
  })
}
