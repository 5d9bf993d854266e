import { ApiError, isAbsent } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { FIELD_MANAGER } from '../cluster/field-manager.ts'
import { APPLY_PATCH, objectPath, patchObject, readObject } from '../cluster/objects.ts'
import { property } from '../kubernetes/json.ts'
import { KEYS, readCertificates } from './read-certificates.ts'
import { bundleOf, NO_CERTIFICATES, type StoredCertificates } from './stored-certificates.ts'

/** The Secret as it was read. */
export interface StoredSecret {
  /** Its resourceVersion; undefined if there is no Secret. */
  readonly version: string | undefined
  readonly certificates: StoredCertificates
  /** What is unusable in it, one sentence each. */
  readonly problems: readonly string[]
}

export interface SecretStore {
  /** `namespace/name`, for messages. */
  readonly place: string
  /** @throws ApiError; any error of the connection. */
  read(signal: AbortSignal): Promise<StoredSecret>
  /**
   * Writes only over the version that was read; or if there was no Secret, only if there still is none.
   * @returns the stored Secret; undefined if another client wrote in between. @throws as `read`.
   */
  write(
    certificates: StoredCertificates,
    version: string | undefined,
    signal: AbortSignal,
  ): Promise<StoredSecret | undefined>
}

interface SecretPlace {
  readonly api: ApiServer
  readonly namespace: string
  readonly name: string
}

/**
 * A version that no object ever has: etcd counts from 1 before anything is written. An apply with this version does
 * not overwrite an existing object (409), and creates a missing one: an apply has no other way to require that the
 * object does not exist. (apiserver, registry/generic/registry/store.go: the version is compared only if the object
 * exists.)
 */
const NOBODYS_VERSION = '1'

const CONFLICT = 409

/**
 * Written with server-side apply: its request path names the object even when creating it, so RBAC can allow `create`
 * for this name alone.
 */
export function createSecretStore({ api, namespace, name }: SecretPlace): SecretStore {
  const path = objectPath({ apiVersion: 'v1', plural: 'secrets', namespace, name })
  const bodyOf = (certificates: StoredCertificates, version: string | undefined) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels: LABELS, resourceVersion: version ?? NOBODYS_VERSION },
    data: dataOf(certificates),
  })
  return {
    place: `${namespace}/${name}`,
    read: async (signal) => {
      try {
        return storedFrom(await readObject(api, path, signal))
      } catch (error) {
        if (isAbsent(error)) return NOTHING_STORED
        throw error
      }
    },
    write: async (certificates, version, signal) => {
      // Forced, even if another manager owns a field: the version proves that the replaced content was read.
      const query = { fieldManager: FIELD_MANAGER, force: 'true' }
      const body = bodyOf(certificates, version)
      try {
        return storedFrom(await patchObject(api, { path, body, query, contentType: APPLY_PATCH }, signal))
      } catch (error) {
        if (error instanceof ApiError && error.status === CONFLICT) return undefined
        throw error
      }
    },
  }
}

const NOTHING_STORED: StoredSecret = { version: undefined, certificates: NO_CERTIFICATES, problems: [] }

/** No Helm release owns the Secret: these labels show users where it comes from. */
const LABELS = { 'app.kubernetes.io/name': 'slackwater', 'app.kubernetes.io/managed-by': 'slackwater' }

function storedFrom(secret: unknown): StoredSecret {
  const version = property(property(secret, 'metadata'), 'resourceVersion')
  const data = property(secret, 'data')
  const read = readCertificates((key) => {
    const value = property(data, key)
    return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : ''
  })
  return { version: typeof version === 'string' ? version : undefined, ...read }
}

const dataOf = (certificates: StoredCertificates) => ({
  [KEYS.authorities]: base64(bundleOf(certificates)),
  [KEYS.authorityKey]: base64(certificates.authorityKey ?? ''),
  [KEYS.serving]: base64(certificates.serving?.cert ?? ''),
  [KEYS.servingKey]: base64(certificates.serving?.key ?? ''),
})

const base64 = (text: string): string => Buffer.from(text).toString('base64')
