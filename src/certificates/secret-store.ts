import { ApiError, isAbsent } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { FIELD_MANAGER } from '../cluster/field-manager.ts'
import { APPLY_PATCH, objectPath, patchObject, readObject } from '../cluster/objects.ts'
import { property } from '../kubernetes/json.ts'
import { KEYS, readCertificates } from './read-certificates.ts'
import { bundleOf, NO_CERTIFICATES, type StoredCertificates } from './stored-certificates.ts'

/** The Secret as it was read. */
export interface StoredSecret {
  /** Its version; undefined where there is none. */
  readonly version: string | undefined
  readonly certificates: StoredCertificates
  /** What in it cannot be used, a sentence each. */
  readonly problems: readonly string[]
}

export interface SecretStore {
  /** `namespace/name`, for messages. */
  readonly place: string
  /** @throws ApiError; whatever the connection throws. */
  read(signal: AbortSignal): Promise<StoredSecret>
  /**
   * Only over the version that was read, or where there was none, only if there still is none.
   * @returns what is stored now; undefined where somebody else wrote in between. @throws as `read`.
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
 * A version that no object ever has: etcd counts from 1 before anything is written. Applied with it, an object that is
 * there is not overwritten (409), and one that is not is made: an apply knows no other way to say "only if it is not
 * there". (apiserver, registry/generic/registry/store.go: the version is compared only where there is an object.)
 */
const NOBODYS_VERSION = '1'

const CONFLICT = 409

/**
 * Written by server-side apply, since that names the object in its path also where it is made: RBAC can allow `create`
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
      // Whoever else owns a field of it: the version says that we know what we replace.
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

/** No release owns it: these tell a person whose it is. */
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
