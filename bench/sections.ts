import { http } from './http.ts'
import type { Section } from './row.ts'

interface Listed extends Section {
  /** Only if it is named on the command line, or with `--long`. */
  readonly isOnDemand?: boolean
}

/** In the order of the table. */
export const SECTIONS: readonly Listed[] = [http]
