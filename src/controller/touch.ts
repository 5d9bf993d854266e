import { compareTemplates, type TemplateView } from '../assessment/template-change.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { FIELD_MANAGER } from '../cluster/field-manager.ts'
import { MERGE_PATCH, patchObject } from '../cluster/objects.ts'
import { ownedWorkIn } from '../core/injection/owned-work.ts'
import { adoptedFor, adoptionRecord, emptyRecord } from '../core/injection/record.ts'
import { writtenRecordIn } from '../core/injection/witness.ts'
import { RECORD_ANNOTATION } from '../core/model/keys.ts'
import { longest } from '../core/model/seconds.ts'
import { DEFAULT_GRACE } from '../core/model/workload.ts'
import { at, root, stringAt } from '../kubernetes/json.ts'
import { toPodTemplate } from '../kubernetes/template.ts'
import type { FreshWorkload } from './fresh-workload.ts'

/**
 * The result of a touch.
 * - `adopted`: the template has its hooks, or its Pods will get them, and a rollout has begun; `sleep` and `grace` in
 *   seconds;
 * - `not-injected`: the dry run returned neither hooks nor the answer that the Pods get them; `changed-by-others`: it
 *   returned other changes too. Nothing was written;
 * - `missed`: the dry run returned them, but the touch did not: a rollout without them may have begun.
 */
export type Touched =
  | {
      readonly outcome: 'adopted'
      readonly into: 'template' | 'pods'
      readonly sleep: number
      readonly grace: number
    }
  | { readonly outcome: 'not-injected' | 'changed-by-others' | 'missed' }

interface TouchContext {
  readonly api: ApiServer
  /** `Ingress shop/web`: the load balancer for which it is rolled out. */
  readonly sender: string
  /** Called just before the touch itself is sent. */
  readonly onWrite: () => void
}

/**
 * Writes a record of no work into the template, which admission replaces with the real one, or with one that says that
 * the Pods get the hooks: this function never writes anything else. It first uses `dryRun=All`; both writes apply only
 * to the version that was read.
 * @throws ApiError, also if another client wrote in between; any error of the connection.
 */
export async function touch(
  fresh: FreshWorkload,
  { api, sender, onWrite }: TouchContext,
  signal: AbortSignal,
): Promise<Touched> {
  const written = { path: fresh.path, contentType: MERGE_PATCH, body: touchOf(fresh, sender) } as const
  const query = { fieldManager: FIELD_MANAGER }
  const tried = templateOf(await patchObject(api, { ...written, query: { ...query, dryRun: 'All' } }, signal))
  const isDone = leftToPods(fresh) ? isAnswered : isInjected
  if (!isDone(tried)) return { outcome: 'not-injected' }
  if (compareTemplates(templateOf(fresh.raw), tried) !== 'same-but-ours')
    return { outcome: 'changed-by-others' }
  onWrite()
  const stored = templateOf(await patchObject(api, { ...written, query }, signal))
  return isDone(stored) ? adopted(fresh, stored) : { outcome: 'missed' }
}

const leftToPods = ({ decision }: FreshWorkload): boolean => decision.verdict === 'inject-in-pods'

/** As the template has them now, or as the decision gives them to each Pod. */
function adopted(fresh: FreshWorkload, { template }: TemplateView): Touched {
  const { desired } = fresh.decision
  const isInPods = leftToPods(fresh) && desired !== undefined
  const sleeps = isInPods ? desired.sleeps : ownedWorkIn(template).sleeps
  const grace = (isInPods ? desired : template).grace ?? DEFAULT_GRACE
  const into = isInPods ? 'pods' : 'template'
  return { outcome: 'adopted', into, sleep: longest([...sleeps.values()]), grace }
}

/** The version is a condition: the API server answers 409 if the object has changed. */
function touchOf(fresh: FreshWorkload, sender: string): unknown {
  const { raw, workload } = fresh
  const { template } = workload
  const record = leftToPods(fresh) ? adoptionRecord(template, sender) : emptyRecord(template)
  return {
    metadata: { resourceVersion: stringAt(at(root(raw), 'metadata', 'resourceVersion')) },
    spec: { template: { metadata: { annotations: { [RECORD_ANNOTATION]: record } } } },
  }
}

function templateOf(object: unknown): TemplateView {
  const node = at(root(object), 'spec', 'template')
  return { raw: node.value, template: toPodTemplate(node) }
}

/** Admission rewrote the record: it decided that the Pods get the hooks. */
const isAnswered = ({ template }: TemplateView): boolean =>
  adoptedFor(writtenRecordIn(template) ?? '') !== undefined

const isInjected = ({ template }: TemplateView): boolean =>
  ownedWorkIn(template).sleeps.size > 0 && template.containers.every(({ preStop }) => preStop !== undefined)
