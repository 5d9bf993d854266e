import { messageOf } from '../core/model/thrown.ts'
import { ShapeError } from '../kubernetes/json.ts'
import { ApiError } from './api-error.ts'
import { apiServerOf } from './api-server.ts'
import { documentWith } from './json-list.ts'
import { type ClusterChoice, loadKubeConfig } from './kube-config.ts'
import { ledgerKeeper } from './ledger-keeper.ts'
import { isNoNamespace } from './no-namespace.ts'
import { type OwnPod, ownPods } from './own-pods.ts'
import { CannotForward, getThroughPod, type PodAnswer } from './port-forward.ts'

interface Asking extends ClusterChoice {
  /** The namespace that Slackwater runs in. */
  readonly namespace: string
  readonly port: number
  /** The namespace that the report is to be of; absent: all. */
  readonly reported?: string | undefined
  /** With its query. */
  readonly path: string
  readonly signal: AbortSignal
}

type ReportQuery =
  | { readonly ok: true; readonly answer: PodAnswer }
  /** One sentence, with the fix. */
  | { readonly ok: false; readonly problem: string }

const ADVICE =
  'give --kubeconfig, or set KUBECONFIG; for a serve on this machine give --address, with its report port (127.0.0.1:8081)'

/**
 * Asks one of Slackwater's ready Pods, through the API server: the one that keeps the ledger of departures, if one says
 * so. If it runs in such a Pod, that one.
 */
export async function askPod(asking: Asking): Promise<ReportQuery> {
  const loaded = loadKubeConfig(asking, ADVICE)
  if (!loaded.ok) return loaded
  const { namespace, port, path, reported, signal } = asking
  const own = loaded.inPod ? await askOwnPod(asking) : undefined
  if (own !== undefined) return own
  let pod: OwnPod | undefined
  try {
    const api = apiServerOf(loaded.config)
    const pods = await ownPods(api, namespace, signal)
    const ready = pods.filter((one) => one.ready)
    pod = ready[0]
    if (pod === undefined) return { ok: false, problem: noPod(pods, namespace) }
    // A mistyped one would look like one with nothing to report.
    if (reported !== undefined && (await isNoNamespace(api, reported, signal)))
      return { ok: false, problem: `there is no namespace ${reported}` }
    pod = (await ledgerKeeper(loaded.config, ready, asking)) ?? pod
    const answer = await getThroughPod(loaded.config, { namespace, pod: pod.name, port }, { path, signal })
    return { ok: true, answer }
  } catch (error) {
    return { ok: false, problem: problemOf(error, asking, pod) }
  }
}

/** @returns undefined if nothing listens on the port: not one of Slackwater's Pods. */
async function askOwnPod({ port, path, signal }: Asking): Promise<ReportQuery | undefined> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal })
    return {
      ok: true,
      answer: {
        status: answer.status,
        body: await documentWith('workloads', answer.body),
      },
    }
  } catch (error) {
    if (isRefused(error)) return undefined
    const said = messageOf(error)
    return { ok: false, problem: `no report at port ${port} of this Pod: ${said}` }
  }
}

const isRefused = (error: unknown): boolean =>
  error instanceof Error &&
  error.cause instanceof Error &&
  'code' in error.cause &&
  error.cause.code === 'ECONNREFUSED'

function noPod(pods: readonly OwnPod[], namespace: string): string {
  if (pods.length === 0)
    return `no Pods with label app.kubernetes.io/name=slackwater in namespace ${namespace}: Slackwater is not installed there; if it is elsewhere, set --slackwater-namespace`
  return `no Pod of Slackwater is ready in namespace ${namespace}: ${pods.map(({ name }) => name).join(', ')}`
}

function problemOf(error: unknown, { namespace, port, signal }: Asking, pod: OwnPod | undefined): string {
  if (error instanceof ApiError) return `Pods of namespace ${namespace} cannot be listed: ${error.message}`
  if (error instanceof ShapeError) return `not the answer of an API server: ${error.message}`
  const said = messageOf(error)
  if (pod === undefined) return `the API server cannot be reached: ${said}`
  const way = `Pod ${namespace}/${pod.name}`
  if (error instanceof CannotForward && error.status === 403)
    return `you may not forward ports to ${way}: the verb create on pods/portforward is required`
  if (error instanceof CannotForward) return `ports of ${way} cannot be forwarded: ${said}`
  if (signal.aborted) return `${way} did not answer in time`
  return `no answer from port ${port} of ${way}: its version has no report, or set --report-port (${said})`
}
