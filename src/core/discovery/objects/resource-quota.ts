import type { About } from './about.ts'
import type { Identified } from './identified.ts'

/** How many Pods its namespace may have at a time (core/v1 ResourceQuotaSpec). One that does not limit them is not kept. */
export interface ResourceQuotaObject extends Identified<'ResourceQuota'> {
  readonly about: About
  readonly pods: number
}
