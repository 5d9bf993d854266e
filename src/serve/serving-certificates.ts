import type { Logger } from 'pino'
import type { ConfigurationRef } from '../certificates/configurations.ts'
import type { ControlLoop } from '../cluster/control-loop.ts'
import type { Settings } from '../core/model/settings.ts'
import { SYSTEM_CLOCK } from '../pacing/clock.ts'
import { loadCertificate } from '../server/certificate.ts'
import type { Part } from '../server/health.ts'
import type { Metrics } from '../server/metrics.ts'
import type { ServerOptions } from '../server/server-options.ts'
import type { KnowledgeSource } from './knowledge.ts'

/** The options of `slackwater serve` that select the serving certificate. */
export interface CertificateOptions {
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly selfSigned?: true
  /** The Secret of self-managed certificates, in Slackwater's namespace; requires the next two options. */
  readonly certificateSecret?: string
  readonly webhookService?: string
  readonly webhookConfiguration?: readonly string[]
  /** Only with the others. */
  readonly validatingWebhook?: readonly string[]
  readonly host: string
}

/** Where the serving certificate comes from, and what it needs at run time. */
interface ServingCertificates {
  readonly server: Pick<ServerOptions, 'certificate' | 'certificateFiles' | 'certificates'>
  readonly parts: readonly Part[]
  /** For the leader. */
  readonly loops: readonly ControlLoop[]
  readonly run: (signal: AbortSignal) => Promise<void>
}

interface CertificateContext {
  readonly source: KnowledgeSource
  /** Whether this process writes to the cluster when it leads. */
  readonly acts: boolean
  readonly settings: Settings
  readonly metrics: Metrics
  readonly log: Logger
}

/** What the options lack, in a sentence; undefined if they are complete. */
export function lackingIn(options: CertificateOptions): string | undefined {
  const { tlsCert, tlsKey, selfSigned, certificateSecret, webhookService, webhookConfiguration } = options
  const { validatingWebhook: validating } = options
  const isWhole = webhookService !== undefined && webhookConfiguration !== undefined
  if (certificateSecret !== undefined) return isWhole ? undefined : HALF
  if ([webhookService, webhookConfiguration, validating].some((one) => one !== undefined)) return HALF
  const isGiven = selfSigned === true || (tlsCert !== undefined && tlsKey !== undefined)
  return isGiven ? undefined : NONE
}

const HALF = '--certificate-secret, --webhook-service and --webhook-configuration must be given together'
const NONE =
  'no certificate: give --tls-cert and --tls-key, in a cluster --certificate-secret, or --self-signed for testing'

/** @returns a sentence if there are no usable certificates. */
export async function servingCertificates(
  options: CertificateOptions,
  surroundings: CertificateContext,
): Promise<ServingCertificates | string> {
  const { tlsCert, tlsKey, selfSigned, certificateSecret, webhookService, webhookConfiguration } = options
  if (certificateSecret !== undefined && webhookService !== undefined && webhookConfiguration !== undefined)
    return selfManaged(
      { certificateSecret, webhookService, configurations: configurationsIn(options) },
      surroundings,
    )
  if (selfSigned === true) return { ...NOTHING_TO_DO, server: await forTryingOut(options) }
  if (tlsCert === undefined || tlsKey === undefined) return NONE
  const certificateFiles = { cert: tlsCert, key: tlsKey }
  const loaded = await loadCertificate(certificateFiles)
  if (!loaded.ok) return loaded.problem
  return { ...NOTHING_TO_DO, server: { certificate: loaded.certificate, certificateFiles } }
}

const NOTHING_TO_DO = { parts: [], loops: [], run: () => Promise.resolve() }

async function forTryingOut({ host }: CertificateOptions): Promise<ServingCertificates['server']> {
  const { selfSigned } = await import('../certificates/self-signed.ts')
  const names = ['localhost', '127.0.0.1', ...(host === '0.0.0.0' ? [] : [host])]
  return { certificate: await selfSigned(names) }
}

const configurationsIn = ({
  webhookConfiguration = [],
  validatingWebhook = [],
}: CertificateOptions): SelfManagedOptions['configurations'] => [
  ...webhookConfiguration.map((name) => ({ kind: 'MutatingWebhookConfiguration', name }) as const),
  ...validatingWebhook.map((name) => ({ kind: 'ValidatingWebhookConfiguration', name }) as const),
]

interface SelfManagedOptions
  extends Required<Pick<CertificateOptions, 'certificateSecret' | 'webhookService'>> {
  readonly configurations: readonly ConfigurationRef[]
}

/** The code that creates certificates is loaded here only. */
async function selfManaged(
  { certificateSecret: name, webhookService: service, configurations }: SelfManagedOptions,
  { source: { api }, acts, settings, metrics, log }: CertificateContext,
): Promise<ServingCertificates | string> {
  if (api === undefined || !acts)
    return '--certificate-secret writes to the cluster: it needs the controller, in a Pod of the cluster or with --controller'
  const { selfManagedCertificates } = await import('../certificates/self-managed.ts')
  const { ownNamespace: namespace } = settings
  const { keeper, loop, onServe } = selfManagedCertificates({
    api,
    namespace,
    name,
    service,
    configurations,
    clock: SYSTEM_CLOCK,
    random: Math.random,
    log,
    onAuthority: metrics.authorityExpires,
  })
  return {
    server: { certificates: onServe },
    parts: [
      { name: 'certificate', isReady: keeper.isServing },
      { name: 'certificate-trusted', isReady: keeper.isTrusted },
    ],
    loops: [loop],
    run: (signal) => keeper.run(signal),
  }
}
