/** The commit of the sources, which the bundler fills in (scripts/bundle/revision.ts). */
declare const SLACKWATER_REVISION: string | undefined

/** Undefined: the sources are run, or their commit is unknown. */
export const REVISION = typeof SLACKWATER_REVISION === 'string' ? SLACKWATER_REVISION : undefined
