import type { Logger } from 'pino'
import type { ApiServer } from '../cluster/api-server.ts'
import type { ControlLoop } from '../cluster/control-loop.ts'
import type { Clock } from '../pacing/clock.ts'
import { createBundleLoop } from './bundle-loop.ts'
import type { ConfigurationRef } from './configurations.ts'
import { createKeeper, type Keeper, type ServedCertificate } from './keeper.ts'
import { createSecretStore } from './secret-store.ts'

interface SelfManagedOptions {
  readonly api: ApiServer
  /** Namespace of the Secret and the Service. */
  readonly namespace: string
  /** Name of the Secret. */
  readonly name: string
  /** The Service that the webhook configurations call. */
  readonly service: string
  /** Slackwater's own webhook configurations. */
  readonly configurations: readonly ConfigurationRef[]
  readonly clock: Clock
  readonly random: () => number
  readonly log: Logger
  /** Called with the expiry of the signing CA. */
  readonly onAuthority: (expires: Date) => void
}

export interface SelfManaged {
  /** For every replica. */
  readonly keeper: Keeper
  /** For the leader. */
  readonly loop: ControlLoop
  /** Calls the listener with each certificate to serve, at once if there is one. */
  readonly onServe: (serve: (certificate: ServedCertificate) => void) => void
}

/** Slackwater's own CA and serving certificate, stored in a Secret. */
export function selfManagedCertificates(options: SelfManagedOptions): SelfManaged {
  const { api, namespace, name, service, configurations, clock, log } = options
  const store = createSecretStore({ api, namespace, name })
  let latest: ServedCertificate | undefined
  let serve: ((certificate: ServedCertificate) => void) | undefined
  const keeper = createKeeper({
    ...options,
    store,
    names: namesOf(service, namespace),
    onServe: (certificate) => {
      latest = certificate
      serve?.(certificate)
    },
  })
  return {
    keeper,
    loop: createBundleLoop({ api, store, configurations, servedBy: keeper.servedBy, clock, log }),
    onServe: (listener) => {
      serve = listener
      if (latest !== undefined) listener(latest)
    },
  }
}

/** The API server calls a Service by the first name (apiserver, util/webhook/client.go); the others are for users. */
const namesOf = (service: string, namespace: string): readonly string[] => [
  `${service}.${namespace}.svc`,
  `${service}.${namespace}.svc.cluster.local`,
  `${service}.${namespace}`,
]
