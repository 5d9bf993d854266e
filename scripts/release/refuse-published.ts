import { ask, isPublished } from './published.ts'

/**
 * `node scripts/release/refuse-published.ts REFERENCE...`: fails if one of them is published, or if that is not known.
 * A version means the same bytes for ever: whoever pinned it has reviewed those.
 */

const complaints = process.argv.slice(2).flatMap((reference) => {
  try {
    return isPublished(reference, ask(reference))
      ? [`${reference} is published already; a version is never published twice`]
      : []
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
})
for (const complaint of complaints) process.stderr.write(`release: ${complaint}\n`)
if (complaints.length > 0) process.exitCode = 1
