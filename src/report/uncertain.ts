import type { WorkloadEntry } from './schema.ts'

/**
 * What is left of an entry where not all load balancers are known: what is found stays, and nothing is called protected
 * or not behind a load balancer.
 */
export function withoutCertainty(entry: WorkloadEntry): WorkloadEntry {
  if (entry.verdict === 'not-exposed') return { ...entry, verdict: 'unknown', why: UNSEEN }
  if (entry.state !== 'protected') return entry
  const { state: _, ...rest } = entry
  return { ...rest, verdict: 'unknown', why: UNSURE }
}

const UNSEEN = 'no load balancer is known to send here, and not all of them could be read'
const UNSURE = 'it has what the known load balancers need, and not all of them could be read'
