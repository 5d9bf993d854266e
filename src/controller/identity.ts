import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'

/**
 * Of this process alone, as client-go's users make it: the host's name, which in a Pod is the Pod's, and chance. A
 * name alone would be that of two Pods with `hostNetwork`, or of a container that has been restarted.
 */
export const ownIdentity = (): string => `${hostname()}_${randomBytes(4).toString('hex')}`
