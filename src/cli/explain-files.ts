import { matching } from '../explain/matching.ts'
import { notFoundText } from '../explain/not-found.ts'
import type { AskedWorkload } from '../explain/target.ts'
import { problemText } from '../render/problem-text.ts'
import type { Terminal } from '../render/terminal.ts'
import { workloadOf } from '../result/from-plan.ts'
import type { Explained, ExplainOptions } from './explained.ts'
import { planFiles } from './plan-files.ts'

/** Everything of that kind and name in manifests: one for each namespace and variant. */
export async function explainFiles(
  target: AskedWorkload,
  options: ExplainOptions,
  terminal: Terminal,
): Promise<Explained | { readonly refused: readonly string[] }> {
  const { namespace } = options
  const planned = await planFiles({ ...options, namespace: namespace ?? 'default' }, terminal)
  if (!planned.ok) return { refused: planned.problems }
  const { plan } = planned
  const known = plan.objects.map(workloadOf)
  const workloads = matching(known, target, namespace)
  const absent =
    workloads.length === 0 ? [notFoundText({ target, namespace, known, where: 'in these files' })] : []
  return { workloads, missing: [], problems: [...plan.problems.map(problemText), ...absent], isLive: false }
}
