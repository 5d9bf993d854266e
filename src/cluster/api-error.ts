/** An API server answered, but not with what was asked for. */
export class ApiError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(`${status}: ${message}`)
    this.status = status
  }
}

/** The version that was asked for is no longer kept: list again (etcd compaction; Kubernetes API concepts). */
export const isExpired = (error: unknown): boolean => error instanceof ApiError && error.status === 410

/** The resource is not served: its definition is not installed, or gone. */
export const isAbsent = (error: unknown): boolean => error instanceof ApiError && error.status === 404
