import { compareTemplates, type TemplateView } from '../assessment/template-change.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { FIELD_MANAGER } from '../cluster/field-manager.ts'
import { MERGE_PATCH, patchObject } from '../cluster/objects.ts'
import { ownedWorkIn } from '../core/injection/owned-work.ts'
import { emptyRecord } from '../core/injection/record.ts'
import { RECORD_ANNOTATION } from '../core/model/keys.ts'
import { longest } from '../core/model/seconds.ts'
import { DEFAULT_GRACE } from '../core/model/workload.ts'
import { at, root, stringAt } from '../kubernetes/json.ts'
import { toPodTemplate } from '../kubernetes/template.ts'
import type { FreshWorkload } from './fresh-workload.ts'

/**
 * The result of a touch.
 * - `adopted`: the template has its hooks, and a rollout has begun; `sleep` and `grace` in seconds;
 * - `not-injected`: the dry run returned no hooks; `changed-by-others`: it returned other changes too. Nothing was
 *   written;
 * - `missed`: the dry run returned the hooks, but the touch did not: a rollout without them has begun.
 */
export type Touched =
  | { readonly outcome: 'adopted'; readonly sleep: number; readonly grace: number }
  | { readonly outcome: 'not-injected' | 'changed-by-others' | 'missed' }

/**
 * Writes an empty record into the template, which admission replaces with the real one: this function never writes
 * anything else. It first uses `dryRun=All`; both writes apply only to the version that was read.
 * @param onWrite called just before the touch itself is sent.
 * @throws ApiError, also if another client wrote in between; any error of the connection.
 */
export async function touch(
  fresh: FreshWorkload,
  { api, onWrite }: { readonly api: ApiServer; readonly onWrite: () => void },
  signal: AbortSignal,
): Promise<Touched> {
  const written = { path: fresh.path, contentType: MERGE_PATCH, body: touchOf(fresh) } as const
  const query = { fieldManager: FIELD_MANAGER }
  const tried = templateOf(await patchObject(api, { ...written, query: { ...query, dryRun: 'All' } }, signal))
  if (!isInjected(tried)) return { outcome: 'not-injected' }
  if (compareTemplates(templateOf(fresh.raw), tried) !== 'same-but-ours')
    return { outcome: 'changed-by-others' }
  onWrite()
  const stored = templateOf(await patchObject(api, { ...written, query }, signal))
  if (!isInjected(stored)) return { outcome: 'missed' }
  const sleep = longest([...ownedWorkIn(stored.template).sleeps.values()])
  return { outcome: 'adopted', sleep, grace: stored.template.grace ?? DEFAULT_GRACE }
}

/** The version is a condition: the API server answers 409 if the object has changed. */
const touchOf = ({ raw, workload }: FreshWorkload): unknown => ({
  metadata: { resourceVersion: stringAt(at(root(raw), 'metadata', 'resourceVersion')) },
  spec: {
    template: { metadata: { annotations: { [RECORD_ANNOTATION]: emptyRecord(workload.template) } } },
  },
})

function templateOf(object: unknown): TemplateView {
  const node = at(root(object), 'spec', 'template')
  return { raw: node.value, template: toPodTemplate(node) }
}

const isInjected = ({ template }: TemplateView): boolean =>
  ownedWorkIn(template).sleeps.size > 0 && template.containers.every(({ preStop }) => preStop !== undefined)
