import { type BackOff, createBackOff } from '../pacing/back-off.ts'
import { type Clock, within } from '../pacing/clock.ts'
import { TokenBucket } from '../pacing/rate-limit.ts'
import { answerOf } from './answer.ts'
import { type AwsPlace, placeText } from './arn.ts'
import {
  type AwsProblem,
  type AwsProblemKind,
  credentialProblem,
  isPassing,
  problemOf,
  slowProblem,
  unreadableProblem,
} from './problem.ts'
import type { AwsAction, AwsAnswer, Question } from './question.ts'
import type { AwsClient, ClientSettings } from './sdk.ts'

/**
 * At most one call a second, tries again included: AWS counts the calls of the whole account, among them those of the
 * load balancer controller. A choice.
 */
const RATE = { burst: 1, each: 1000 } as const
/** For credentials. Milliseconds. A choice: a program of the user's (`credential_process`) may ask for a code. */
const LONGEST_SIGN_IN = 30_000
/** For one call. Milliseconds. A choice: AWS answers within a second. */
const LONGEST_CALL = 10_000
/** Tries for one question, the first included. A choice. */
const TRIES = 4
/** Between them, in addition to the rate. Milliseconds. A choice. */
const WAITS = { first: 1000, longest: 30_000 } as const
/** Regions whose clients are kept. A choice: bindings may name any number, and a cluster has one or two. */
const MOST_REGIONS = 5

export type AwsOutcome =
  | { readonly answer: AwsAnswer; readonly problem?: undefined }
  | { readonly problem: AwsProblem }

/** How AWS is asked. */
interface AwsOptions extends Omit<ClientSettings, 'region'> {
  readonly clock: Clock
  /** From 0 to below 1. */
  readonly random: () => number
  /** After each call. */
  readonly onCall?: (action: AwsAction, outcome: 'ok' | AwsProblemKind) => void
}

/** The connection to AWS: the only place that waits, limits the time, and tries again. The first question loads the SDK. */
export interface Aws {
  /** Never throws. An aborted question has a problem. */
  ask(question: Question, place: AwsPlace, signal: AbortSignal): Promise<AwsOutcome>
  close(): void
}

export const createAws = (options: AwsOptions): Aws => new AwsConnection(options)

class AwsConnection implements Aws {
  readonly #options: AwsOptions
  readonly #rate: TokenBucket
  /** By Region; the last used is the last. */
  readonly #clients = new Map<string, AwsClient>()

  constructor(options: AwsOptions) {
    this.#options = options
    this.#rate = new TokenBucket(RATE, () => options.clock.now())
  }

  async ask(question: Question, place: AwsPlace, signal: AbortSignal): Promise<AwsOutcome> {
    const backOff = createBackOff({ ...WAITS, random: this.#options.random })
    for (let tries = 1; ; tries++) {
      await this.#turn(signal)
      const outcome = await this.#once(question, place, signal)
      this.#options.onCall?.(question.action, outcome.problem?.kind ?? 'ok')
      if (outcome.problem === undefined || !isPassing(outcome.problem)) return outcome
      if (outcome.problem.kind === 'expired') this.#forget(place)
      if (tries === TRIES || signal.aborted) return outcome
      await this.#wait(backOff, signal)
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    while (!this.#rate.take() && !signal.aborted) await this.#options.clock.sleep(this.#rate.wait(), signal)
  }

  async #wait(backOff: BackOff, signal: AbortSignal): Promise<void> {
    await this.#options.clock.sleep(backOff.next(), signal)
  }

  async #once(question: Question, place: AwsPlace, signal: AbortSignal): Promise<AwsOutcome> {
    const attempt = { action: question.action, where: placeText(place) }
    const limit = { ms: LONGEST_CALL, clock: this.#options.clock, signal }
    let client: AwsClient
    try {
      // The SDK looks up a home directory here, and throws where there is none.
      client = await this.#client(place)
      await within({ ...limit, ms: LONGEST_SIGN_IN }, () => client.signIn())
    } catch (error) {
      return { problem: credentialProblem(error, this.#options.profile) }
    }
    let problem = slowProblem(attempt, LONGEST_CALL)
    try {
      const output = await within(limit, (calling) =>
        client.ask(question, calling).catch((error: unknown) => {
          problem = problemOf(error, attempt)
          throw error
        }),
      )
      const answer = answerOf(question.action, output)
      return answer === undefined ? { problem: unreadableProblem(attempt) } : { answer }
    } catch {
      return { problem }
    }
  }

  async #client({ region }: AwsPlace): Promise<AwsClient> {
    const { openClient } = await import('./sdk.ts')
    const { profile, proxy } = this.#options
    const client = this.#clients.get(region) ?? openClient({ region, profile, proxy })
    this.#clients.delete(region)
    const [oldest] = this.#clients.keys()
    if (this.#clients.size >= MOST_REGIONS && oldest !== undefined) this.#forget({ region: oldest })
    this.#clients.set(region, client)
    return client
  }

  /** The next call looks for credentials again. */
  #forget({ region }: Pick<AwsPlace, 'region'>): void {
    this.#clients.get(region)?.close()
    this.#clients.delete(region)
  }

  close(): void {
    for (const client of this.#clients.values()) client.close()
    this.#clients.clear()
  }
}
