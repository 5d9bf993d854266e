import { X509Certificate } from 'node:crypto'
import { call, pathOf } from './api.ts'
import { NAMESPACE, RELEASE } from './installation.ts'
import { kubectlOk } from './kubectl.ts'

/** Slackwater's certificates, and who believes them: docs/certificates.md says what is where. */

const CONFIGURATION = `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${RELEASE}`
const SECRETS = { apiVersion: 'v1', plural: 'secrets' } as const
export const SECRET = `${RELEASE}-certificates`

const fromBase64 = (text: string): string => Buffer.from(text, 'base64').toString()

/** Whom the API server believes, for each of our webhooks; PEM. */
export async function caBundles(): Promise<readonly string[]> {
  const { body } = await call({ method: 'GET', path: CONFIGURATION })
  const { webhooks } = body as {
    readonly webhooks: readonly { readonly clientConfig: { readonly caBundle?: string } }[]
  }
  return webhooks.map(({ clientConfig: { caBundle = '' } }) => fromBase64(caBundle))
}

/** For workloads. */
export const caBundle = async (): Promise<string> => (await caBundles())[0] ?? ''

type Key = 'ca.crt' | 'ca.key' | 'tls.crt' | 'tls.key'

/** What is in a Secret of Slackwater's namespace, PEM. Undefined: it is not there. */
export async function secretText(key: 'ca.crt' | 'tls.crt', secret = SECRET): Promise<string | undefined> {
  const { body } = await call({ method: 'GET', path: pathOf(SECRETS, NAMESPACE, secret) })
  const { data = {} } = body as { readonly data?: Readonly<Partial<Record<Key, string>>> }
  const text = data[key]
  return text === undefined ? undefined : fromBase64(text)
}

/** One of the certificates there; of several the first. */
export async function kept(key: 'ca.crt' | 'tls.crt', secret = SECRET): Promise<X509Certificate | undefined> {
  const text = await secretText(key, secret)
  return text === undefined ? undefined : new X509Certificate(text)
}

/** What is missing is made anew. */
export const takeAway = (...keys: readonly Key[]) => {
  const data = Object.fromEntries(keys.map((key) => [key, null]))
  return kubectlOk(['patch', 'secret', SECRET, '-n', NAMESPACE, '-p', JSON.stringify({ data })])
}
