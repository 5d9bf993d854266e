import { kubectlOk, stored } from './kubectl.ts'
import { app } from './shop.ts'
import { waitFor } from './slackwater.ts'
import { type Protection, protectionOf } from './template.ts'

/**
 * What is known of a new namespace is some moments old: the Deployment of shop.ts is changed there until it is protected.
 * @returns what protects it.
 */
export function protectedNext(namespace: string): Promise<Protection> {
  const change = async () => {
    const annotations = { at: `${Date.now()}` }
    await kubectlOk(['apply', '-n', namespace, '-f', '-'], app({ replicas: 0, annotations }))
    const protection = protectionOf(await stored(['deployment', 'web', '-n', namespace]))
    return protection.recorded ? protection : undefined
  }
  return waitFor(change, 90_000, 'the protection')
}
