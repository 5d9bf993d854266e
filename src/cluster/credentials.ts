import type { KubeConfig } from '@kubernetes/client-node'
import { renewed } from './kube-config.ts'
import { credentialsProblem } from './secret-free.ts'

type RequestOptions = Parameters<KubeConfig['applyToHTTPSOptions']>[0]

/**
 * What a kubeconfig's user shows to the API server. The library keeps what a plugin gave, or a file held, whatever the
 * API server says to it. So after a refusal everything is asked for again (client-go
 * plugin/pkg/client/auth/exec: maybeRefreshCreds).
 */
export class Credentials {
  #config: KubeConfig
  #last: Promise<unknown> = Promise.resolve()

  constructor(config: KubeConfig) {
    this.#config = config
  }

  /**
   * Writes them into a request, one after another: a plugin runs once for all who wait for it.
   * @returns what to name in `refused`.
   */
  giveTo(options: RequestOptions): Promise<KubeConfig> {
    const given = this.#last.then(async () => {
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

  /** The API server has answered 401. Of many at once only the first leads to new ones. */
  refused(given: KubeConfig): void {
    if (given === this.#config) this.#config = renewed(given)
  }
}
