import { isRecord } from '../core/model/json-value.ts'
import type { AwsAction } from './question.ts'

/** Why a call has no answer. */
export type AwsProblemKind =
  /** No permission for the action. */
  | 'denied'
  | 'throttled'
  /** No connection, or it broke off. */
  | 'unreachable'
  /** No answer within the time limit. */
  | 'slow'
  /** AWS itself failed: 5xx. */
  | 'unavailable'
  /** AWS no longer accepts the credentials, or does not know them. */
  | 'expired'
  /** None were found, or getting them failed. */
  | 'no-credentials'
  /** One of the target groups or load balancers does not exist, or AWS does not take its ARN. */
  | 'missing'
  /** What came is no answer of AWS, or is broken. */
  | 'unreadable'
  /** Any other refusal. */
  | 'refused'

export interface AwsProblem {
  readonly kind: AwsProblemKind
  /** One sentence without a period: what happened, and what to do. */
  readonly text: string
}

/** May end by itself: it is worth asking again soon. */
const PASSING: readonly AwsProblemKind[] = ['throttled', 'unreachable', 'slow', 'unavailable', 'expired']

export const isPassing = ({ kind }: AwsProblem): boolean => PASSING.includes(kind)

/** What was tried. */
interface Attempt {
  readonly action: AwsAction
  /** Where, for people: `account 111122223333 in eu-central-1`. */
  readonly where: string
}

/** Error codes (AWS API reference, common errors; ELB API reference). */
const CODES: readonly (readonly [RegExp, AwsProblemKind])[] = [
  [/^(AccessDenied|UnauthorizedOperation|NotAuthorized|OptInRequired)/, 'denied'],
  [/Throttl|^RequestLimitExceeded|^TooManyRequests|^SlowDown|^PriorRequestNotComplete/, 'throttled'],
  [/^(Expired?Token|InvalidClientTokenId|UnrecognizedClient|TokenRefreshRequired|RequestExpired)/, 'expired'],
  [/^(SignatureDoesNotMatch|InvalidSignature|IncompleteSignature|RequestTimeTooSkewed)/, 'expired'],
  [/^(TargetGroupNotFound|LoadBalancerNotFound|ValidationError|InvalidParameter)/, 'missing'],
  [/^(InternalFailure|InternalError|ServiceUnavailable)/, 'unavailable'],
]

/** @param error whatever was thrown by a call. */
export function problemOf(error: unknown, attempt: Attempt): AwsProblem {
  const parts = partsOf(error)
  const kind = kindOf(parts)
  return { kind, text: textOf(kind, { ...attempt, ...parts }) }
}

/**
 * @param error whatever was thrown while credentials were looked for.
 * @param profile the one that was asked for; absent: AWS_PROFILE, or none.
 */
export function credentialProblem(error: unknown, profile: string | undefined): AwsProblem {
  const { message } = partsOf(error)
  const of = profile === undefined ? '' : ` of profile ${profile}`
  return {
    kind: 'no-credentials',
    text: `no AWS credentials${of} (${message}): in a cluster, associate a role with Slackwater’s ServiceAccount (docs/aws.md); from a terminal, set AWS_PROFILE or sign in`,
  }
}

/** @param ms the time limit. */
export const slowProblem = ({ action, where }: Attempt, ms: number): AwsProblem => ({
  kind: 'slow',
  text: `AWS did not answer ${action} for ${where} within ${ms / 1000} s`,
})

/** What came is well-formed, and no answer. */
export const unreadableProblem = (attempt: Attempt): AwsProblem => ({
  kind: 'unreadable',
  text: textOf('unreadable', { ...attempt, code: '', message: 'it has no list' }),
})

interface Parts {
  /** AWS's code, or Node.js's of a broken connection. */
  readonly code: string
  /** HTTP; absent: there was no answer. */
  readonly status?: number
  readonly message: string
}

/** Characters of a message of AWS: enough for the ARN of a role and its session. A choice. */
const LONGEST = 300

/** What AWS adds to an error of a signature: the signed request, with the session token. */
const OF_SIGNATURE = 'The Canonical String for this request'

/** User and password of a proxy that cannot be used. */
const OF_PROXY = /\/\/[^/\s]*@/g

function partsOf(error: unknown): Parts {
  const thrown = isRecord(error) ? error : { message: String(error) }
  const metadata = isRecord(thrown['$metadata']) ? thrown['$metadata'] : {}
  const status = metadata['httpStatusCode']
  const [code = ''] = [thrown['Code'], thrown['code'], thrown['name']].filter(
    (one): one is string => typeof one === 'string' && one !== '',
  )
  const { message: words } = thrown
  const [whole = ''] = typeof words === 'string' ? words.split(OF_SIGNATURE) : []
  const message = whole.replaceAll(/\s+/g, ' ').replaceAll(OF_PROXY, '//…@').trim()
  return {
    code,
    ...(typeof status === 'number' ? { status } : {}),
    message: (message === '' ? code : message).slice(0, LONGEST),
  }
}

/** Codes of connections that Node.js could not make, or lost (Node.js, Errors; libuv; OpenSSL's for certificates). */
const CONNECTION =
  /^(E[A-Z_]{3,}|ERR_TLS_\w+|ERR_SSL_\w+|CERT_\w+|\w*SELF_SIGNED\w*|UNABLE_TO_\w+|TimeoutError)$/

/** What the SDK adds to an error of its parser. */
const OF_PARSER = 'Deserialization error: to see the raw response'

function kindOf({ code, status, message }: Parts): AwsProblemKind {
  const [, known] = CODES.find(([pattern]) => pattern.test(code)) ?? []
  if (known !== undefined) return known
  if (status === 429) return 'throttled'
  if (status !== undefined && status >= 500) return 'unavailable'
  if (message.includes(OF_PARSER)) return 'unreadable'
  if (status !== undefined && status >= 300) return 'refused'
  return CONNECTION.test(code) || message.includes('socket hang up') ? 'unreachable' : 'unreadable'
}

/** `User: arn:aws:sts::111122223333:assumed-role/slackwater/x is not authorized to perform: …` */
const CALLER = /\bUser: (arn:[\w:/+=,.@-]+)/

function textOf(kind: AwsProblemKind, { action, where, code, message }: Attempt & Parts): string {
  const what = `${action} for ${where}`
  switch (kind) {
    case 'denied': {
      const caller = CALLER.exec(message)?.[1] ?? 'the caller'
      return `AWS denies elasticloadbalancing:${action} for ${where} to ${caller}: attach the policy deploy/eks/iam-policy.json to its role (docs/aws.md)`
    }
    case 'throttled':
      return `AWS throttles ${what}: other callers of the account use up its limit (${code})`
    case 'unreachable':
      return `AWS is unreachable for ${what} (${message}): check routes, DNS and network policies to elasticloadbalancing on port 443`
    case 'unavailable':
      return `AWS failed to answer ${what} (${code})`
    case 'expired':
      return `AWS does not accept the credentials for ${what} (${code}: ${message}): renew them, and check the clock`
    case 'missing':
      return `${what}: ${message}`
    case 'unreadable':
      return `the answer to ${what} cannot be read (${message.split(OF_PARSER)[0]?.trim()}): check whether a proxy answers instead of AWS`
    default:
      return `AWS refuses ${what} (${code}: ${message})`
  }
}
