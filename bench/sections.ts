import { apiServer } from './api-server.ts'
import { audit } from './audit.ts'
import { decision } from './decision.ts'
import { departures } from './departures.ts'
import { http } from './http.ts'
import { scale } from './inventory.ts'
import { planning } from './planning.ts'
import type { Section } from './row.ts'

interface Listed extends Section {
  /** Only if it is named on the command line, or with `--long`. */
  readonly isOnDemand?: boolean
}

/** In the order of the table. */
export const SECTIONS: readonly Listed[] = [
  decision,
  http,
  { ...apiServer, isOnDemand: true },
  scale,
  audit,
  planning,
  { ...departures, isOnDemand: true },
]
