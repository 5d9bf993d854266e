import type { FindingId } from '../core/findings/catalogue.ts'
import { cut } from '../core/model/cut.ts'
import { isRecord, type JsonRecord } from '../core/model/json-value.ts'
import { printable, printableJson, printableLines } from '../core/model/printable.ts'
import type { PatchOperation } from '../kubernetes/patch.ts'
import type { EventSubject } from './event-subject.ts'

/** The fields that Slackwater reads of an `admission.k8s.io/v1` request (Kubernetes api/admission/v1/types.go). */
export interface AdmissionRequest {
  readonly uid: string
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string }
  readonly operation: string
  readonly name?: string
  readonly namespace?: string
  readonly subResource?: string
  readonly dryRun: boolean
  /** The field manager that the request's options name, such as `kubectl-edit` or `helm`. */
  readonly fieldManager?: string
  /** The object as requested; null on DELETE. */
  readonly object: unknown
  /** The object as stored; on UPDATE and DELETE only. */
  readonly oldObject: unknown
}

/** The decision about a request: the content of its answer, its log line and its metrics. */
export interface Answer {
  /** A value of a bounded set, for metrics and logs. */
  readonly outcome: string
  /** Empty: no patch. */
  readonly operations: readonly PatchOperation[]
  readonly warnings: readonly string[]
  /** Why the request is refused; absent: it is allowed. Only the validating webhook refuses anything. */
  readonly denial?: Denial
  /** Keys become `<webhook name>/<key>`; values must be the same for the same request. */
  readonly auditAnnotations: Readonly<Record<string, string>>
  /** For users who look at the object later; absent: none. Never set for a dry run. */
  readonly eventsFor?: readonly EventSubject[]
  /** How many readiness gates the patch writes, for a metric; absent: none. Never set for a dry run. */
  readonly gates?: number
  /** Further fields of the decision's log line. */
  readonly log: Readonly<Record<string, unknown>>
}

interface Denial {
  /** May have several lines. */
  readonly message: string
  readonly findings: readonly FindingId[]
}

/** An answer in the API server's form. */
export interface ReviewResponse {
  /** The JSON body. */
  readonly body: string
  readonly patchBytes: number
}

const API_VERSION = 'admission.k8s.io/v1'

/** Reads a request's body; `problem` describes what was expected, for an answer of 400. */
export function parseReview(body: unknown): AdmissionRequest | { readonly problem: string } {
  if (!isRecord(body)) return { problem: 'expected an AdmissionReview, got no JSON object' }
  if (body['kind'] !== 'AdmissionReview' || body['apiVersion'] !== API_VERSION)
    return {
      problem: `expected kind AdmissionReview of ${API_VERSION}, got ${said(body['kind'])} of ${said(body['apiVersion'])}`,
    }
  const { request } = body
  if (!isRecord(request)) return { problem: 'request: expected an object' }
  const { uid, kind, operation } = request
  if (typeof uid !== 'string' || uid === '') return { problem: 'request.uid: expected a non-empty string' }
  if (!isRecord(kind) || typeof kind['kind'] !== 'string')
    return { problem: 'request.kind.kind: expected a string' }
  if (typeof operation !== 'string') return { problem: 'request.operation: expected a string' }
  return {
    uid,
    kind: { group: textOf(kind['group']), version: textOf(kind['version']), kind: kind['kind'] },
    operation,
    ...textAt('name', request),
    ...textAt('namespace', request),
    ...textAt('subResource', request),
    dryRun: request['dryRun'] === true,
    ...(isRecord(request['options']) ? textAt('fieldManager', request['options']) : {}),
    object: request['object'],
    oldObject: request['oldObject'],
  }
}

/** A value for a message: short, whatever a client sent. */
const said = (value: unknown): string => {
  if (typeof value === 'string') return `"${printable(value.slice(0, 64))}"`
  return value === undefined || value === null ? 'nothing' : 'no text'
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

function textAt<K extends string>(key: K, from: JsonRecord): { readonly [P in K]?: string } {
  const value = from[key]
  return typeof value === 'string' && value !== '' ? ({ [key]: value } as { readonly [P in K]: string }) : {}
}

/** kubectl shows a warning on one line; the API's advice is to stay under 120 characters (api/admission/v1). */
const LONGEST_WARNING = 120

/** One line; a JSON text stays valid JSON. */
const inOneLine = (text: string): string => printableJson(text).replaceAll('\n', '\\u000a')

const printableValues = (texts: Answer['auditAnnotations']): Answer['auditAnnotations'] =>
  Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, inOneLine(text)]))

/** Each of them once, on one line, as short as a warning may be. */
const printableWarnings = (warnings: readonly string[]): readonly string[] =>
  warnings.length === 0
    ? warnings
    : [...new Set(warnings.map((warning) => cut(printable(warning), LONGEST_WARNING)))].filter(
        (warning) => warning !== '',
      )

/** The API server shows reason and message to the user (apiserver, webhook/errors: ToStatusErr). */
const refusalOf = ({ message }: Denial) => ({
  allowed: false,
  status: { code: 403, reason: 'Forbidden', message: printableLines(message) },
})

/**
 * The only conversion from an answer to a response: it always echoes the uid, always sends a patch with its type, and
 * denies a request only where the answer says why.
 */
export function reviewOf(
  uid: string,
  { operations, warnings, auditAnnotations, denial }: Answer,
): ReviewResponse {
  const patch = operations.length === 0 ? undefined : Buffer.from(JSON.stringify(operations))
  const said = printableWarnings(warnings)
  const response = {
    uid,
    ...(denial === undefined ? { allowed: true } : refusalOf(denial)),
    ...(patch === undefined ? {} : { patchType: 'JSONPatch', patch: patch.toString('base64') }),
    ...(said.length === 0 ? {} : { warnings: said }),
    ...(Object.keys(auditAnnotations).length === 0
      ? {}
      : { auditAnnotations: printableValues(auditAnnotations) }),
  }
  const body = JSON.stringify({ apiVersion: API_VERSION, kind: 'AdmissionReview', response })
  return { body, patchBytes: patch?.length ?? 0 }
}
