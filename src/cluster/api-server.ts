import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { KubeConfig } from '@kubernetes/client-node'

/** An answer whose body has yet to be read. */
export interface ApiAnswer {
  readonly status: number
  readonly body: AsyncIterable<Uint8Array>
}

/** Reading from an API server: all that the inventory needs. */
export interface ApiServer {
  /**
   * @param path such as `/api/v1/services`.
   * @throws where no answer comes: refused, broken off, aborted, or silent for longer than the time given.
   */
  get(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<ApiAnswer>
}

/** How long an answer may take to begin. Milliseconds; client-go's dial timeout. */
const FIRST_BYTE = 30_000

/** The API server of a kubeconfig's current context. Credentials are asked for at each request: tokens rotate. */
export function apiServerOf(config: KubeConfig): ApiServer {
  const server = config.getCurrentCluster()?.server ?? ''
  const request = server.startsWith('http:') ? requestHttp : requestHttps
  return {
    get: async (path, query, signal) => {
      const url = new URL(`${server.replace(/\/$/, '')}${path}`)
      url.search = new URLSearchParams(query).toString()
      const options: Parameters<typeof requestHttps>[1] = { signal, headers: { accept: 'application/json' } }
      await config.applyToHTTPSOptions(options)
      return new Promise<ApiAnswer>((resolve, reject) => {
        const sent = request(url, options, (answer) => {
          sent.setTimeout(0)
          resolve({ status: answer.statusCode ?? 0, body: answer })
        })
        sent.setTimeout(FIRST_BYTE, () => sent.destroy(new Error(`no answer within ${FIRST_BYTE / 1000} s`)))
        sent.once('error', reject)
        sent.end()
      })
    },
  }
}
