import { accessLogs } from './access-logs.ts'
import { apiServer } from './api-server.ts'
import { audit } from './audit.ts'
import { decision } from './decision.ts'
import { departures } from './departures.ts'
import { measureFollowing } from './following.ts'
import { http } from './http.ts'
import { peers } from './peers.ts'
import { planning } from './planning.ts'
import { reporting } from './reporting.ts'
import type { Section } from './row.ts'
import { scale } from './scale.ts'
import { start } from './start.ts'

interface Listed extends Section {
  /** Only if it is named on the command line, or with `--long`. */
  readonly isOnDemand?: boolean
  /** Only if it is named: it gets packages from registries. */
  readonly isNamedOnly?: boolean
}

const following: Section = {
  name: 'following',
  title: 'The process that follows the large cluster, by its Pods',
  measure: (run) => {
    run.progress('a tenth, half and all of the cluster, once each')
    return measureFollowing()
  },
}

/** In the order of the table. */
export const SECTIONS: readonly Listed[] = [
  decision,
  http,
  { ...apiServer, isOnDemand: true },
  scale,
  { ...following, isOnDemand: true },
  { ...reporting, isOnDemand: true },
  audit,
  start,
  { ...planning, isOnDemand: true },
  { ...departures, isOnDemand: true },
  { ...accessLogs, isOnDemand: true },
  { ...peers, isNamedOnly: true },
]
