import { ApiError } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { FIELD_MANAGER } from '../cluster/field-manager.ts'
import { JSON_PATCH, objectPath, patchObject } from '../cluster/objects.ts'
import { apiVersionOf, REPORTED } from '../cluster/resources.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import { messageOf } from '../core/model/thrown.ts'
import { TEMPLATE_PATH } from '../kubernetes/patch.ts'
import type { Tried } from '../report/audit-schema.ts'
import type { Report, WorkloadEntry } from '../report/schema.ts'
import { lostPaths } from './lost-paths.ts'

/** Dry runs under way at the same time. A choice: each passes every webhook and policy of the cluster. */
const AT_ONCE = 4

interface Trying {
  readonly api: ApiServer
  readonly signal: AbortSignal
  readonly onStep: (words: string) => void
}

/**
 * Sends what mode enforce would write into each workload as a server-side dry run: admission, quota and validation
 * answer as to the write itself, and nothing is stored.
 * @throws the signal's reason if it is aborted.
 */
export async function tryPatches(report: Report, trying: Trying): Promise<Report> {
  const due = report.workloads.filter(({ patch }) => patch.length > 0)
  const tried = new Map<WorkloadEntry, Tried>()
  const waiting = due.values()
  const work = async (): Promise<void> => {
    for (const entry of waiting) {
      trying.onStep(`dry run ${tried.size + 1} of ${due.length}`)
      tried.set(entry, await tryOne(entry, trying))
      trying.signal.throwIfAborted()
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const workloads = report.workloads.map((entry) => {
    const result = tried.get(entry)
    return result === undefined ? entry : { ...entry, tried: result }
  })
  return { ...report, workloads }
}

async function tryOne(entry: WorkloadEntry, { api, signal }: Trying): Promise<Tried> {
  const path = pathOfWorkload(entry)
  if (path === undefined) return { result: 'not-tried', message: `kind ${entry.kind} is not known` }
  try {
    const answer = await patchObject(
      api,
      { path, body: [...containersOf(entry), ...entry.patch], query: DRY_RUN, contentType: JSON_PATCH },
      signal,
    )
    const lost = lostPaths(entry, answer)
    return lost.length === 0 ? { result: 'accepted' } : { result: 'changed-back', lost: [...lost] }
  } catch (error) {
    return failureOf(error)
  }
}

/** The patch names containers by their places: where another one stands there by now, it must not be applied. */
const containersOf = ({ present: { containers } }: WorkloadEntry) =>
  containers.map(({ name }, index) => ({
    op: 'test',
    path: `${TEMPLATE_PATH.workload}/spec/containers/${index}/name`,
    value: name,
  }))

/** In every request of this file: nothing is stored. */
const DRY_RUN = { dryRun: 'All', fieldManager: FIELD_MANAGER } as const

function pathOfWorkload({ kind, namespace, name }: ObjectRef): string | undefined {
  const resource = REPORTED.find((one) => one.resource.kind === kind)?.resource
  if (resource === undefined) return undefined
  const [version = ''] = resource.versions
  return objectPath({ apiVersion: apiVersionOf(resource, version), plural: resource.plural, namespace, name })
}

/** The authorizer's words, before any admission (apiserver, endpoints/handlers/responsewriters/errors.go). */
const NO_RIGHT = /^\d+: .* is forbidden: User ".*" cannot patch resource /

/** All it says of a JSON patch that does not apply, such as one whose test fails (apiserver, handlers/patch.go). */
const NOT_APPLICABLE = /^422: (?:.*: )?the server rejected our request due to an error in our request/

/**
 * The words of a webhook and of a policy, which choose their own status, such as 401 or 500 (apiserver,
 * plugin/webhook/errors/statuserror.go and plugin/policy/validating/dispatcher.go).
 */
const DENIAL =
  /^\d+: (?:.*: )?(?:admission webhook "[^"]*" denied the request|ValidatingAdmissionPolicy '[^']*'(?: with binding '[^']*')? denied request)\b/

/** A webhook with side effects: the API server does not call it in a dry run (admission/plugin/webhook/mutating). */
const NO_DRY_RUN = /does not support dry run/

/** Statuses with which the object itself is refused: 400 and 422 by validation, 403 by admission and quota. */
const REFUSALS: readonly number[] = [400, 403, 422]

function failureOf(error: unknown): Tried {
  const message = messageOf(error)
  if (!(error instanceof ApiError)) return { result: 'not-tried', message }
  if (DENIAL.test(message)) return { result: 'refused', message }
  if (NO_RIGHT.test(message))
    return { result: 'not-tried', message: `you may not patch it, which a dry run needs too: ${message}` }
  if (NOT_APPLICABLE.test(message))
    return { result: 'not-tried', message: `it has changed meanwhile: ${message}` }
  const isRefused = REFUSALS.includes(error.status) && !NO_DRY_RUN.test(message)
  return { result: isRefused ? 'refused' : 'not-tried', message }
}
