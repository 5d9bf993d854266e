import type { Severity } from '../core/findings/catalogue.ts'
import type { Holds } from '../core/findings/finding.ts'

/** Warning or error: it counts in an exit code. */
export const isGrave = ({ severity }: { readonly severity: Severity }): boolean => severity !== 'information'

/** Slackwater's change does not fix it. */
export const stays = ({ holds }: { readonly holds: Holds }): boolean => holds !== 'before'
