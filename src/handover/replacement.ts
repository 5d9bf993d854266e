import { ApiError, isForbidden } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { FIELD_MANAGER } from '../cluster/field-manager.ts'
import { createObject, objectPath } from '../cluster/objects.ts'
import { patient } from '../cluster/patient.ts'
import { parseRecord } from '../core/injection/record.ts'
import { RECORD_ANNOTATION } from '../core/model/keys.ts'
import { refText } from '../core/model/object-ref.ts'
import { longest, type Seconds } from '../core/model/seconds.ts'
import { messageOf } from '../core/model/thrown.ts'
import type { ReplicaSetFacts } from '../kubernetes/controlled.ts'
import { property } from '../kubernetes/json.ts'
import { type Judged, judgePod, type Lack } from './judged-pods.ts'
import type { ListedWorkload, NamespaceReading } from './read-namespace.ts'
import type { Objection } from './refusals.ts'

/** What the API server would make of another Pod of a ReplicaSet. */
interface TriedReplacement {
  readonly lacks: readonly Lack[]
  /** The longest sleep that was written into it; 0: none. */
  readonly sleep: Seconds
}

interface Trying {
  readonly api: ApiServer
  readonly reading: NamespaceReading
  readonly workload: ListedWorkload
  readonly replicaSet: ReplicaSetFacts
  /** It needs the readiness gate of a target group. */
  readonly isGated: boolean
  readonly signal: AbortSignal
}

/**
 * Sends the Pod that the ReplicaSet would create as a server-side dry run: webhooks, policies and quotas answer as to
 * the creation itself, and nothing is stored.
 * @throws the signal's reason if it is aborted.
 */
export async function tryReplacement(trying: Trying): Promise<TriedReplacement | Objection> {
  const { reading, signal } = trying
  let answer: unknown
  try {
    answer = await createObject(patient(trying.api), requestOf(trying), signal)
  } catch (error) {
    signal.throwIfAborted()
    return objectionTo(error)
  }
  const judged = judgePod(answer, reading.namespace, reading.knowledge)
  if ('problem' in judged)
    return {
      id: 'replacement-rejected',
      reason: `a replacement, tried as a dry run, came back unreadable: ${judged.problem}`,
      alternative: 'find out which webhook or policy changes its Pods',
    }
  return unprotected(judged, trying) ?? { lacks: judged.lacks, sleep: sleepIn(answer) }
}

function requestOf({ reading: { namespace }, replicaSet }: Trying) {
  const { name, uid, template } = replicaSet
  const metadata = property(template, 'metadata')
  return {
    path: objectPath({ apiVersion: 'v1', plural: 'pods', namespace }),
    query: { dryRun: 'All', fieldManager: FIELD_MANAGER },
    // As its controller does (kubernetes, pkg/controller/controller_utils.go, GetPodFromTemplate), but for
    // blockOwnerDeletion: that would need a right of its own.
    body: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        generateName: `${name}-`,
        namespace,
        labels: property(metadata, 'labels'),
        annotations: property(metadata, 'annotations'),
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid, controller: true }],
      },
      spec: property(template, 'spec'),
    },
  }
}

/** The quota's own words (kubernetes, apiserver quota/v1, CheckRequest). */
const QUOTA = /exceeded quota: |maximum .* usage per /
/** A webhook with side effects is not called in a dry run: the request fails (apiserver, admission/plugin/webhook). */
const NO_DRY_RUN = /does not support dry run/

function objectionTo(error: unknown): Objection {
  const message = messageOf(error)
  if (QUOTA.test(message))
    return {
      id: 'quota-exceeded',
      reason: `there is no room for one more Pod: ${message}`,
      alternative: 'raise the quota, or scale something down, while it is handed over',
    }
  if (NO_DRY_RUN.test(message))
    return {
      id: 'dry-run-impossible',
      reason: `whether a replacement would be protected cannot be tried: ${message}`,
      alternative: 'set sideEffects: None on that webhook if it has none in a dry run',
    }
  if (!(error instanceof ApiError) || error.status >= 500)
    return {
      id: 'dry-run-impossible',
      reason: `whether a replacement would be protected cannot be tried: ${message}`,
      alternative: 'run it again later',
    }
  return {
    id: 'replacement-rejected',
    reason: `the API server would not accept a replacement: ${message}`,
    alternative: isForbidden(error)
      ? 'change the policy or the webhook that rejects it'
      : 'change the template so that it is accepted',
  }
}

function unprotected(
  { lacks, decision }: Judged,
  { isGated, workload: { ref } }: Trying,
): Objection | undefined {
  const target = `${ref.kind.toLowerCase()}/${ref.name} -n ${ref.namespace}`
  const { mode, source } = decision.mode
  const where = source.kind === 'label' ? `mode ${mode} is set on ${refText(source.object)}` : undefined
  if (lacks.includes('no hook'))
    return {
      id: 'no-hook',
      reason: `a replacement, tried as a dry run, got no preStop hook: ${where !== undefined && mode !== 'enforce' ? where : 'Slackwater did not answer, is not installed, or is in mode dry-run or off'}`,
      alternative: `check kubectl get pods -A -l app.kubernetes.io/name=slackwater and slackwater explain ${target}; without Slackwater, add the hook to the template and roll it out at a quiet time`,
    }
  if (isGated && lacks.includes('no gate'))
    return {
      id: 'no-gate',
      reason:
        'a replacement, tried as a dry run, got no readiness gate: it would be ready before the load balancer sends to it',
      alternative: `slackwater explain ${target} shows what keeps it from getting one, such as a label of the namespace`,
    }
  return undefined
}

/** What Slackwater says that it wrote: its settings in the cluster may differ from those here. */
function sleepIn(pod: unknown): Seconds {
  const text = property(property(property(pod, 'metadata'), 'annotations'), RECORD_ANNOTATION)
  const record = typeof text === 'string' ? parseRecord(text) : undefined
  return longest([...(record?.sleep.values() ?? [])])
}
