import { type Expansion, expandPaths } from '../manifests/paths.ts'
import { readManifests } from '../manifests/read.ts'
import { wholeInput } from '../manifests/whole-input.ts'
import { type Plan, planManifests } from '../plan/plan.ts'
import type { Terminal } from '../render/terminal.ts'
import { loadSettings } from './settings-file.ts'

/** The options of a command that reads manifests, as given. */
export interface FileOptions {
  readonly filename: readonly string[]
  readonly namespace: string
  readonly settings?: string
  readonly assumeDefaultClass?: string
}

type PlannedFiles =
  | { readonly ok: true; readonly plan: Plan; readonly expansion: Expansion }
  | { readonly ok: false; readonly problems: readonly string[] }

/** Reads the settings and the manifests, and plans them. */
export async function planFiles(options: FileOptions, { readStdin }: Terminal): Promise<PlannedFiles> {
  const loaded = await loadSettings(options.settings)
  if (!loaded.ok) return loaded
  const { settings } = loaded
  const { filename, namespace, assumeDefaultClass: assumedDefaultClass } = options
  const expansion = await expandPaths(filename, readStdin)
  const manifests = wholeInput(filename, expansion, readManifests(expansion.sources))
  const plan = planManifests({ manifests, settings, namespace, assumedDefaultClass })
  return { ok: true, plan, expansion }
}
