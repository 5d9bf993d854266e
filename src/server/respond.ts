import type { ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { RefusedBody } from './read-body.ts'

const JSON_TYPE = 'application/json; charset=utf-8'

/**
 * Sends one answer. Its text goes out together with the headers, in one write.
 * @param isLast the connection ends with this answer.
 */
export function respondJson(response: ServerResponse, status: number, json: string, isLast: boolean): void {
  const length = Buffer.byteLength(json)
  const headers = { 'content-type': JSON_TYPE, 'content-length': length }
  response.writeHead(status, isLast ? { ...headers, connection: 'close' } : headers)
  // A text of ASCII needs no encoder.
  response.end(json, length === json.length ? 'latin1' : 'utf8')
}

/** Answers a request that is not answered as a review. */
export function refuse(
  response: ServerResponse,
  error: unknown,
  { log, isLast }: { readonly log: Logger; readonly isLast: boolean },
): void {
  const { status, message } = statusOf(error, log)
  if (!response.headersSent) respondJson(response, status, JSON.stringify({ error: message }), isLast)
}

/** A client's mistake is reported to the client; any other error is internal, and logged. */
function statusOf(error: unknown, log: Logger): { readonly status: number; readonly message: string } {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  // A body that had to give way is not an internal error, though its status is above 500.
  const isClients = (status >= 400 && status < 500) || error instanceof RefusedBody
  if (isClients && error instanceof Error) return { status, message: error.message }
  log.error({ err: error }, 'request failed')
  return { status: 500, message: 'internal error' }
}
