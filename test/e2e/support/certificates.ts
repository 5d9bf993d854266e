import { X509Certificate } from 'node:crypto'
import { call, pathOf } from './api.ts'
import { NAMESPACE, RELEASE } from './installation.ts'
import { kubectlOk } from './kubectl.ts'

/** The certificates that Slackwater keeps for itself: docs/certificates.md says what is where. */

const CONFIGURATION = `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${RELEASE}`
const SECRETS = { apiVersion: 'v1', plural: 'secrets' } as const
const SECRET = `${RELEASE}-certificates`

const fromBase64 = (text: string): string => Buffer.from(text, 'base64').toString()

/** Whom the API server believes when it calls about workloads, PEM. */
export async function caBundle(): Promise<string> {
  const { body } = await call({ method: 'GET', path: CONFIGURATION })
  const { webhooks } = body as {
    readonly webhooks: readonly { readonly clientConfig: { readonly caBundle?: string } }[]
  }
  return fromBase64(webhooks[0]?.clientConfig.caBundle ?? '')
}

type Key = 'ca.crt' | 'ca.key' | 'tls.crt' | 'tls.key'

/** One of the certificates in the Secret; of several the first. Undefined: it is not there. */
export async function kept(key: 'ca.crt' | 'tls.crt'): Promise<X509Certificate | undefined> {
  const { body } = await call({ method: 'GET', path: pathOf(SECRETS, NAMESPACE, SECRET) })
  const { data = {} } = body as { readonly data?: Readonly<Partial<Record<Key, string>>> }
  const text = data[key]
  return text === undefined ? undefined : new X509Certificate(fromBase64(text))
}

/** What is missing is made anew. */
export const takeAway = (...keys: readonly Key[]) => {
  const data = Object.fromEntries(keys.map((key) => [key, null]))
  return kubectlOk(['patch', 'secret', SECRET, '-n', NAMESPACE, '-p', JSON.stringify({ data })])
}
