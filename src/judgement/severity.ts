import type { Severity } from '../core/findings/catalogue.ts'
import type { Holds } from '../core/findings/finding.ts'

/** More than information: it counts in an exit code. */
export const isGrave = ({ severity }: { readonly severity: Severity }): boolean => severity !== 'information'

/** Our change does not end it. */
export const stays = ({ holds }: { readonly holds: Holds }): boolean => holds !== 'before'
