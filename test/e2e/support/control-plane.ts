import { logOf, startAgain, stop, until } from '../cluster/processes.ts'
import { cluster } from './cluster.ts'
import { kubectl } from './kubectl.ts'

/** Failures of the control plane, for cases that need 'control plane': only one of our own is ours to stop. */

const API_SERVER = 'kube-apiserver'
/** How long it may take until it answers. Milliseconds. */
const START = 180_000

export const killApiServer = (): Promise<void> => stop(cluster.folder, API_SERVER, 'SIGKILL')

/** With its arguments of before, until it answers. */
export async function startApiServer(): Promise<void> {
  startAgain(cluster.folder, API_SERVER)
  await until(
    'the API server is ready',
    async () => (await kubectl(['get', '--raw', '/readyz'])).out === 'ok',
    { within: START, log: logOf(cluster.folder, API_SERVER) },
  )
}

/** By etcd's HTTP gateway, in which numbers of 64 bits are texts and keys are base64. */
async function etcd(what: 'range' | 'compaction', body: unknown): Promise<unknown> {
  const answer = await fetch(`${cluster.etcd}/v3/kv/${what}`, { method: 'POST', body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`etcd ${what}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

/**
 * Forgets everything before the present revision. A watch from an older one has expired (410) once the API server's
 * own cache is gone too: after its restart.
 */
export async function compactEtcd(): Promise<void> {
  const { header } = (await etcd('range', { key: Buffer.from('/').toString('base64') })) as {
    readonly header: { readonly revision: string }
  }
  await etcd('compaction', { revision: header.revision, physical: true })
}
