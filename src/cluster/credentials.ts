import type { KubeConfig } from '@kubernetes/client-node'
import { type Access, renewed } from './access.ts'
import { credentialsProblem } from './secret-free.ts'

type RequestOptions = Parameters<KubeConfig['applyToHTTPSOptions']>[0]

/**
 * The credentials of a kubeconfig's user. The library caches what a plugin or a file gave, even if the API server
 * rejects it. So after a rejection all credentials are read anew (client-go plugin/pkg/client/auth/exec:
 * maybeRefreshCreds).
 */
export class Credentials {
  #config: Access
  #isRefused = false
  #last: Promise<unknown> = Promise.resolve()

  constructor(config: Access) {
    this.#config = config
  }

  /**
   * Writes them into a request, one request after another: a plugin runs once for all requests that wait for it.
   * @returns the value to pass to `refused`.
   */
  giveTo(options: RequestOptions): Promise<Access> {
    const given = this.#last.then(async () => {
      if (this.#isRefused) {
        this.#config = await renewed(this.#config)
        // Not before: refusals until now are about the old ones.
        this.#isRefused = false
      }
      const config = this.#config
      try {
        await config.applyToHTTPSOptions(options)
      } catch (error) {
        throw credentialsProblem(error, config.getCurrentUser())
      }
      return config
    })
    this.#last = given.catch(() => undefined)
    return given
  }

  /** The API server answered 401. Of many such answers at once, only the first renews the credentials. */
  refused(given: Access): void {
    if (given === this.#config) this.#isRefused = true
  }
}
