import { accepted } from '../cluster/accepted.ts'
import { ApiError } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { jsonOf } from '../cluster/json-lines.ts'
import { messageOf } from '../core/model/thrown.ts'
import { property } from '../kubernetes/json.ts'

/** The caller is unknown to the API server, or the credentials have expired. */
const UNAUTHORIZED = 401

/**
 * Asks for the version, which every caller may read unless that was taken from them.
 * @returns why no API server answers to these credentials, a sentence; undefined: one does.
 */
export async function unreachable(api: ApiServer, signal: AbortSignal): Promise<string | undefined> {
  try {
    const answer = await accepted(await api.get('/version', {}, signal))
    const version: unknown = await jsonOf(answer.body)
    return typeof property(version, 'gitVersion') === 'string' ? undefined : NO_API_SERVER
  } catch (error) {
    if (error instanceof SyntaxError) return NO_API_SERVER
    if (!(error instanceof ApiError)) return connectionText(messageOf(error))
    return error.status === UNAUTHORIZED ? REJECTED : undefined
  }
}

/** A plugin that gives no credentials says nothing about the API server (cluster/secret-free.ts). */
const connectionText = (message: string): string =>
  message.startsWith('no credentials ') ? message : `the API server cannot be reached: ${message}`

const NO_API_SERVER = 'what answers there is not a Kubernetes API server'

const REJECTED =
  'the API server rejects these credentials (401): they have expired, or belong to another cluster; log in again, and check with kubectl auth whoami'
