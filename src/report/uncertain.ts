import type { WorkloadEntry } from './schema.ts'

/**
 * What is left of an entry where not all load balancers are known: what is found stays, and nothing is called protected
 * or not behind a load balancer.
 */
export function withoutCertainty(entry: WorkloadEntry): WorkloadEntry {
  const { verdict, state } = entry
  if (state === undefined && SAYS_NONE.includes(verdict)) return { ...entry, verdict: 'unknown', why: UNSEEN }
  if (state !== 'protected') return entry
  const { state: _, ...rest } = entry
  return { ...rest, verdict: 'unknown', why: UNSURE }
}

/** Verdicts that, without an exposure, say that nothing sends here; `complete`: what Slackwater wrote is left as it is. */
const SAYS_NONE = ['not-exposed', 'complete']

const UNSEEN = 'no load balancer is known to send here, and not all of them could be read'
const UNSURE = 'it has what the known load balancers need, and not all of them could be read'
