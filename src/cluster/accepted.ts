import { property } from '../kubernetes/json.ts'
import { ApiError } from './api-error.ts'
import type { ApiAnswer } from './api-server.ts'
import { jsonOf } from './json-lines.ts'

/** @throws ApiError with the API server's own message if the status is not 200 or 201. */
export async function accepted(answer: ApiAnswer): Promise<ApiAnswer> {
  if (answer.status === 200 || answer.status === 201) return answer
  throw errorOf(answer.status, await jsonOf(answer.body).catch(() => undefined))
}

/** @param body a `Status` if the API server sent one; not checked. */
export function errorOf(status: number, body: unknown): ApiError {
  const said = (key: string): string | undefined => {
    const value = property(body, key)
    return typeof value === 'string' ? value : undefined
  }
  return new ApiError(status, said('message') ?? 'no message', said('reason'))
}
