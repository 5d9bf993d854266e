/** The API server answered with an error. */
export class ApiError extends Error {
  readonly status: number
  /** The API server's reason, such as `AlreadyExists` (apimachinery, meta/v1 StatusReason); empty if it gave none. */
  readonly reason: string

  constructor(status: number, message: string, reason = '') {
    super(`${status}: ${message}`)
    this.status = status
    this.reason = reason
  }
}

const hasStatus = (error: unknown, status: number): error is ApiError =>
  error instanceof ApiError && error.status === status

/** The requested version is no longer available: list again (etcd compaction; Kubernetes API concepts). */
export const isExpired = (error: unknown): boolean => hasStatus(error, 410)

/** The object does not exist; or the resource is not served: its definition is not installed, or was removed. */
export const isAbsent = (error: unknown): boolean => hasStatus(error, 404)

/** A permission is missing, or the namespace is being deleted. */
export const isForbidden = (error: unknown): boolean => hasStatus(error, 403)

/** An object of this name already exists. */
export const isAlreadyThere = (error: unknown): boolean =>
  hasStatus(error, 409) && error.reason === 'AlreadyExists'

/** Another client wrote in between; or, with server-side apply, owns the field. */
export const isConflict = (error: unknown): boolean =>
  hasStatus(error, 409) && error.reason !== 'AlreadyExists'
