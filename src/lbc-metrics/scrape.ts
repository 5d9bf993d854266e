import { messageOf } from '../core/model/thrown.ts'
import type { Clock } from '../pacing/clock.ts'
import { within } from '../pacing/clock.ts'
import { type ControllerReading, ReadingBuilder } from './reading.ts'

/** For one scrape: Prometheus’ own default. Milliseconds. */
const LONGEST = 10_000
/**
 * Bytes of a scrape. The controller has 14 series of 130 bytes for each readiness gate, so 5,000 target groups make 9 MiB.
 * Read line by line, and only a few lines are kept. A choice.
 */
const LARGEST = 16 * 1024 * 1024
/** Characters of a line. A choice: no series that is read has more than a few hundred. */
const LONGEST_LINE = 16_384

interface Scraping {
  readonly url: string
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** @throws Error whose message is a clause: why there is no reading. */
export async function scrape({ url, clock, signal }: Scraping): Promise<ControllerReading> {
  return await within({ ms: LONGEST, clock, signal }, async (ending) => {
    const answer = await answerFrom(url, ending)
    if (!answer.ok) throw new Error(`it answers ${answer.status}`)
    const builder = new ReadingBuilder()
    if (answer.body !== null)
      for await (const lines of linesOf(answer.body)) for (const line of lines) builder.take(line)
    const reading = builder.finish()
    if (typeof reading === 'string') throw new Error(reading)
    return reading
  })
}

/** A new connection each time, so that each replica behind a Service has its turn. Nobody sends us elsewhere. */
async function answerFrom(url: string, signal: AbortSignal): Promise<Response> {
  try {
    const headers = { accept: 'text/plain;version=0.0.4', connection: 'close' }
    return await fetch(url, { headers, redirect: 'error', signal })
  } catch (error) {
    // The message of fetch itself is "fetch failed".
    throw new Error(messageOf(error instanceof Error ? (error.cause ?? error) : error))
  }
}

/** Chunk by chunk: between two of them other work has its turn. */
async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder()
  let size = 0
  let rest = ''
  for await (const chunk of body) {
    size += chunk.length
    if (size > LARGEST) throw new Error(`its answer is longer than ${LARGEST / 1024 / 1024} MiB`)
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > LONGEST_LINE)
      throw new Error(`a line of its answer is longer than ${LONGEST_LINE} characters`)
    yield lines
  }
  yield [rest]
}
