import { documentWith } from '../cluster/json-list.ts'

/** Longer than the server's own time limit for reading a cluster. Milliseconds. */
const PATIENCE = 90_000

/** Which running Slackwater is asked, as the options of `report` and `measure` say it. */
export interface AskedReport {
  readonly kubeconfig?: string
  readonly context?: string
  readonly address?: string
  readonly slackwaterNamespace: string
  readonly reportPort: number
  readonly namespace?: string
}

type Received =
  | { readonly ok: true; readonly status: number; readonly body: unknown }
  | { readonly ok: false; readonly problem: string }

/** The report of a running Slackwater, not yet parsed. */
export const askForReport = (options: AskedReport): Promise<Received> =>
  options.address === undefined ? askCluster(options) : askAddress(options.address, options)

const pathFor = ({ namespace }: AskedReport): string =>
  namespace === undefined ? '/report' : `/report?${new URLSearchParams({ namespace })}`

/** The Kubernetes client is loaded here only: a report from --address does not need it. */
async function askCluster(options: AskedReport): Promise<Received> {
  const { askPod } = await import('../cluster/ask-report.ts')
  const { kubeconfig, context, slackwaterNamespace: namespace, reportPort: port } = options
  const signal = AbortSignal.timeout(PATIENCE)
  const reported = options.namespace
  const path = pathFor(options)
  const outcome = await askPod({ kubeconfig, context, namespace, port, reported, path, signal })
  return outcome.ok ? { ok: true, ...outcome.answer } : outcome
}

async function askAddress(address: string, options: AskedReport): Promise<Received> {
  const url = `http://${address}${pathFor(options)}`
  if (!URL.canParse(url)) return { ok: false, problem: `--address "${address}" is not HOST:PORT` }
  try {
    const headers = { accept: 'application/json' }
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(PATIENCE) })
    return {
      ok: true,
      status: answer.status,
      body: await documentWith('workloads', answer.body),
    }
  } catch (error) {
    const { cause, message } = error instanceof Error ? error : new Error(String(error))
    return {
      ok: false,
      problem: `no answer from ${address}: ${cause instanceof Error ? cause.message : message}`,
    }
  }
}
