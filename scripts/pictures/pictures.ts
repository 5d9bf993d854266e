import { lateExposure } from './late-exposure.ts'
import { modes } from './modes.ts'
import { timeline } from './timeline.ts'
import { whoActs } from './who-acts.ts'

/** The pictures of docs/images by name. Their numbers are those of the program. */
export const pictures = (): Readonly<Record<string, string>> => ({
  'late-exposure.svg': lateExposure(),
  'modes.svg': modes(),
  'timeline.svg': timeline(),
  'who-acts-when.svg': whoActs(),
})
