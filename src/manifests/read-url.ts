import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'
import { createBrotliDecompress, createUnzip } from 'node:zlib'
import { readStream, reasonOf } from './read-file.ts'
import { isUrl, shownUrl } from './url.ts'

/** The text behind a URL, or why it could not be read, without a final period. */
export type UrlReading =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: string }

interface UrlOptions {
  /** Bytes of the text, after it was decompressed. */
  readonly limit: number
  /** Variables such as HTTPS_PROXY and NO_PROXY (http.Agent, proxyEnv); absent: no proxy is used. */
  readonly proxy?: Readonly<Record<string, string | undefined>>
  /** For everything: redirects, attempts, the body. Milliseconds. */
  readonly timeLimit?: number
  /** Before a further attempt. Milliseconds. */
  readonly wait?: number
}

/** Milliseconds (choice: a manifest has some kilobytes; kubectl has no limit, and waits for ever). */
const TIME_LIMIT = 30_000
/** As kubectl asks (cli-runtime pkg/resource, defaultHttpGetAttempts and readHttpWithRetries). */
const ATTEMPTS = 3
/** Milliseconds, from the same function. */
const WAIT = 1_000
/** As Go's HTTP client follows, and so kubectl (net/http, defaultCheckRedirect). */
const MOST_REDIRECTS = 10

/**
 * Reads a URL as `kubectl apply -f` does. A server that cannot be reached or answers 5xx is asked three times. User
 * name and password of the URL are sent to that server only, not to where it redirects, and are in no message.
 */
export async function readUrl(address: string, options: UrlOptions): Promise<UrlReading> {
  const { timeLimit = TIME_LIMIT, wait = WAIT } = options
  const url = URL.parse(address)
  if (url === null) return { ok: false, reason: 'it is not a valid URL' }
  const signal = AbortSignal.timeout(timeLimit)
  try {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await ask(url, { ...options, signal })
      if (typeof answer === 'string') return { ok: true, text: answer }
      if (!answer.isPassing || attempt === ATTEMPTS) return { ok: false, reason: answer.reason }
      await pause(wait, undefined, { signal })
    }
  } catch (error) {
    if (!signal.aborted) throw error
    return { ok: false, reason: `no complete answer within ${timeLimit / 1_000} s` }
  }
}

interface Failure {
  readonly reason: string
  /** It may succeed when it is tried again. */
  readonly isPassing: boolean
}

interface Asking extends UrlOptions {
  readonly signal: AbortSignal
}

/** @throws only when the time limit is over. */
async function ask(first: URL, asking: Asking): Promise<string | Failure> {
  let url = first
  for (let redirects = 0; ; redirects += 1) {
    const answer = await step(url, { first, redirects, ...asking }).catch((error: unknown): Failure => {
      asking.signal.throwIfAborted()
      return { reason: reasonOf(error), isPassing: error instanceof Error && 'syscall' in error }
    })
    if (!(answer instanceof URL)) {
      if (typeof answer === 'string' || url === first) return answer
      return { ...answer, reason: `${answer.reason} (redirected to ${shownUrl(url.href)})` }
    }
    url = answer
  }
}

interface Step extends Asking {
  readonly first: URL
  readonly redirects: number
}

/** @returns the text, where to ask next, or why neither. */
async function step(url: URL, { first, redirects, ...asking }: Step): Promise<string | URL | Failure> {
  const answer = await answerOf(url, url.origin === first.origin ? first : url, asking)
  const { statusCode = 0, statusMessage = '', headers } = answer
  if (statusCode === OK) return await textOf(answer, asking)
  answer.destroy()
  if (!REDIRECTS.has(statusCode) || headers.location === undefined)
    return { reason: `the server answered ${statusCode} ${statusMessage}`, isPassing: statusCode >= 500 }
  return nextOf(url, headers.location, redirects)
}

const OK = 200
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** Where a redirect leads, or why it is not followed. */
function nextOf(from: URL, location: string, redirects: number): URL | Failure {
  const to = URL.parse(location, from.href)
  const refused = (reason: string): Failure => ({ reason, isPassing: false })
  if (redirects >= MOST_REDIRECTS) return refused(`more than ${MOST_REDIRECTS} redirects`)
  if (to === null || !isUrl(to.href)) return refused('it redirects to what is neither http nor https')
  // Whoever sits between could put other manifests there.
  if (from.protocol === 'https:' && to.protocol === 'http:')
    return refused(`it redirects from https to ${shownUrl(to.href)}, which is not encrypted`)
  return to
}

/** @param identity whose user name and password are sent. */
function answerOf(url: URL, identity: URL, { signal, proxy }: Asking): Promise<IncomingMessage> {
  const { username, password } = identity
  const options = {
    signal,
    headers: { accept: 'application/yaml, application/json, text/plain, */*', 'user-agent': 'slackwater' },
    ...(username === '' ? {} : { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` }),
  }
  const agentOptions = proxy === undefined ? {} : { proxyEnv: proxy }
  return new Promise((resolve, reject) => {
    const sent =
      url.protocol === 'http:'
        ? requestHttp(url, { ...options, agent: new HttpAgent(agentOptions) })
        : requestHttps(url, { ...options, agent: new HttpsAgent(agentOptions) })
    sent.once('response', (answer) => {
      resolve(answer)
      // A text without a length ends with its connection: after an error it would seem to be whole.
      sent.on('error', (error) => answer.destroy(error))
    })
    sent.once('error', reject)
    // An answer to what was not asked, such as 101, closes it without an error.
    sent.once('close', () => reject(new Error('the connection was closed without an answer')))
    sent.end()
  })
}

/** @throws what `readStream` throws, and what a broken connection does. */
async function textOf(answer: IncomingMessage, { limit }: UrlOptions): Promise<string | Failure> {
  const type = answer.headers['content-type'] ?? ''
  if (/^text\/html\b/i.test(type)) {
    answer.destroy()
    const reason = 'it is an HTML page, expected YAML or JSON: give the address of the raw file'
    return { reason, isPassing: false }
  }
  const encoding = answer.headers['content-encoding']?.toLowerCase()
  if (encoding === undefined || encoding === 'identity') return await readStream(answer, limit)
  const decoder = encoding === 'br' ? createBrotliDecompress() : createUnzip()
  answer.once('error', (error) => decoder.destroy(error))
  try {
    return await readStream(answer.pipe(decoder), limit)
  } finally {
    answer.destroy()
  }
}
