/** An API server answered, but not with what was asked for. */
export class ApiError extends Error {
  readonly status: number
  /** The API server's word for it, such as `AlreadyExists` (apimachinery, meta/v1 StatusReason); empty where it gave none. */
  readonly reason: string

  constructor(status: number, message: string, reason = '') {
    super(`${status}: ${message}`)
    this.status = status
    this.reason = reason
  }
}

const hasStatus = (error: unknown, status: number): error is ApiError =>
  error instanceof ApiError && error.status === status

/** The version that was asked for is no longer kept: list again (etcd compaction; Kubernetes API concepts). */
export const isExpired = (error: unknown): boolean => hasStatus(error, 410)

/** The object is not there; or the resource is not served: its definition is not installed, or gone. */
export const isAbsent = (error: unknown): boolean => hasStatus(error, 404)

/** A permission is missing, or the namespace is being deleted. */
export const isForbidden = (error: unknown): boolean => hasStatus(error, 403)

/** An object of this name is there already. */
export const isAlreadyThere = (error: unknown): boolean =>
  hasStatus(error, 409) && error.reason === 'AlreadyExists'

/** Somebody else wrote in between; or, with server-side apply, owns the field. */
export const isConflict = (error: unknown): boolean =>
  hasStatus(error, 409) && error.reason !== 'AlreadyExists'
