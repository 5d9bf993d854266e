import { admit } from '../admission/admit.ts'
import { readAhead } from '../admission/read-ahead.ts'
import type { Knowledge } from '../assessment/assess.ts'
import { atOnceOrInSlices } from '../cluster/slices.ts'
import type { ServerOptions } from '../server/server-options.ts'
import type { Leader } from './leader.ts'

/**
 * How admission, what is known and Events come together: a request is answered from what is known, and what it has to
 * say of a workload goes to the Events. What it has to have read first is read in slices.
 * @param leader absent where this process does not act on a cluster.
 */
export const answering = (
  knowledge: Knowledge,
  leader: Leader | undefined,
): Pick<ServerOptions, 'admit' | 'readAhead'> => ({
  admit: (request) => {
    const answer = admit(request, knowledge)
    leader?.answered(answer)
    return answer
  },
  readAhead: (request) => {
    const steps = readAhead(request, knowledge.inventory)
    return steps && atOnceOrInSlices(steps)
  },
})
