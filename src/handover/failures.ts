import { ApiError, isAbsent, isConflict } from '../cluster/api-error.ts'
import { ShapeError } from '../kubernetes/json.ts'

/** Not permitted, or refused by admission: it will not be otherwise a second later. */
const LASTING: ReadonlySet<number> = new Set([400, 401, 403, 405, 422])

/** Whether the same request would fail again. Everything else passes: too many requests, a server or a connection that fails. */
export const isLasting = (error: unknown): boolean =>
  error instanceof ShapeError || (error instanceof ApiError && LASTING.has(error.status))

/** Somebody else has written or deleted the object: it must be read again. */
export const isOutdated = (error: unknown): boolean => isConflict(error) || isAbsent(error)
