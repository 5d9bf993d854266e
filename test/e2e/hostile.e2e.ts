import { setTimeout as pause } from 'node:timers/promises'
import { PARTS } from '../hostile/attacks.ts'
import { ATTRIBUTES_TOGETHER } from '../hostile/attributes.ts'
import { caseOf } from './support/cluster.ts'
import { harmlessCases, installedNeighbor, report } from './support/hostile.ts'
import { harmless, NEEDS } from './support/neighbor.ts'

/** Hostile Ingresses; hostile-services.e2e.ts and hostile-others.e2e.ts have the rest. */

/** As long as an attack takes. Milliseconds. */
const ALONE = 8_000

const neighbor = installedNeighbor()

caseOf('the applies alone, to compare with', NEEDS, async () => {
  const outcome = await neighbor.during('nothing happens', async () => {
    await pause(ALONE)
    await report(neighbor)
  })
  harmless(outcome)
})

harmlessCases(neighbor, [...ATTRIBUTES_TOGETHER, ...PARTS.ingresses])
