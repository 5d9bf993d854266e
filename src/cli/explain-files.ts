import packageJson from '../../package.json' with { type: 'json' }
import { matching } from '../explain/matching.ts'
import { notFoundText } from '../explain/not-found.ts'
import type { AskedWorkload } from '../explain/target.ts'
import { expandPaths } from '../manifests/paths.ts'
import { readManifests } from '../manifests/read.ts'
import { wholeInput } from '../manifests/whole-input.ts'
import { planManifests } from '../plan/plan.ts'
import { problemText } from '../render/problem-text.ts'
import type { Terminal } from '../render/terminal.ts'
import { resultOfPlan } from '../result/from-plan.ts'
import type { Explained, ExplainOptions } from './explained.ts'
import { loadSettings } from './settings-file.ts'

type FileOptions = ExplainOptions & { readonly filename: readonly string[] }

/** Everything of that kind and name in manifests: one for each namespace and variant. */
export async function explainFiles(
  target: AskedWorkload,
  { filename, namespace, settings: file, assumeDefaultClass }: FileOptions,
  { readStdin }: Pick<Terminal, 'readStdin'>,
): Promise<Explained | { readonly refused: readonly string[] }> {
  const loaded = await loadSettings(file)
  if (!loaded.ok) return { refused: loaded.problems }
  const expansion = await expandPaths(filename, readStdin)
  const manifests = wholeInput(filename, expansion, readManifests(expansion.sources))
  const plan = planManifests({
    manifests,
    settings: loaded.settings,
    namespace: namespace ?? 'default',
    assumedDefaultClass: assumeDefaultClass,
  })
  const { workloads: known } = resultOfPlan(plan, { command: 'explain', version: packageJson.version })
  const workloads = matching(known, target, namespace)
  const absent =
    workloads.length === 0 ? [notFoundText({ target, namespace, known, where: 'in these files' })] : []
  return { workloads, missing: [], problems: [...plan.problems.map(problemText), ...absent], isLive: false }
}
