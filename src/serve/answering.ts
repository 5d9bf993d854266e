import { admit } from '../admission/admit.ts'
import { readAhead } from '../admission/read-ahead.ts'
import { validate } from '../admission/validate.ts'
import type { ValidatingKnowledge } from '../admission/validate-traffic.ts'
import { atOnceOrInSlices } from '../cluster/slices.ts'
import { isInDoubt } from '../core/inventory/inventory.ts'
import type { ServerOptions } from '../server/server-options.ts'
import type { Leader } from './leader.ts'

/**
 * Connects admission, the inventory and Events: a request is answered from the inventory, and the answer's Event goes
 * to the recorder. If the answer needs slow reads first, they run in slices.
 * @param leader absent if this process does not write to a cluster.
 */
export const answering = (
  knowledge: ValidatingKnowledge,
  leader: Leader | undefined,
): Pick<ServerOptions, 'decide' | 'readAhead' | 'onMutated' | 'asOf'> => ({
  decide: {
    mutate: (request) => admit(request, knowledge),
    validate: (request) => validate(request, knowledge),
  },
  onMutated: (answer) => leader?.answered(answer),
  // In doubt an answer says so, and for how long.
  asOf: () => (isInDoubt(knowledge.inventory) ? undefined : knowledge.inventory.revision?.()),
  readAhead: (request) => {
    const steps = readAhead(request, knowledge.inventory)
    return steps && atOnceOrInSlices(steps)
  },
})
