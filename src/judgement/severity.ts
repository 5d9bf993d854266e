import type { Severity } from '../core/findings/catalogue.ts'
import type { Holds } from '../core/findings/finding.ts'

/** Warning or error: it counts in an exit code. */
export const isGrave = ({ severity }: { readonly severity: Severity }): boolean => severity !== 'information'

/** It counts as a warning or error: nobody has accepted it. */
export const counts = (finding: { readonly severity: Severity; readonly accepted?: unknown }): boolean =>
  isGrave(finding) && finding.accepted === undefined

/** Slackwater's change does not fix it. */
export const stays = ({ holds }: { readonly holds: Holds }): boolean => holds !== 'before'
