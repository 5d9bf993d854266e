import { property } from '../kubernetes/json.ts'

/** How the version of the installation that answered stands to that of this program. */
interface VersionSkew {
  /** `Slackwater 0.3.0 answered, and this program is 0.2.0` */
  readonly text: string
  readonly theirs: string
  readonly own: string
  readonly isNewer: boolean
}

/** As semver.org has it; what follows the three numbers does not count. */
const VERSION = /^(\d{1,6})\.(\d{1,6})\.\d{1,6}(?![\d.])[\w.+-]{0,40}$/

/**
 * By major and minor version: patches do not change a report.
 * @returns undefined if they are the same, or the document states no version.
 */
export function versionSkew(document: unknown, own: string): VersionSkew | undefined {
  const theirs = property(property(document, 'slackwater'), 'version')
  if (typeof theirs !== 'string') return undefined
  const difference = compareMinor(VERSION.exec(theirs), VERSION.exec(own))
  if (difference === 0) return undefined
  const text = `Slackwater ${theirs} answered, and this program is ${own}`
  return { text, theirs, own, isNewer: difference > 0 }
}

/** Above 0 if the first is newer; 0 if one of them is no version. */
function compareMinor(one: RegExpExecArray | null, other: RegExpExecArray | null): number {
  if (one === null || other === null) return 0
  return Number(one[1]) - Number(other[1]) || Number(one[2]) - Number(other[2])
}

const INSIDE = 'or run slackwater report inside its Pod (kubectl exec); -o json prints the report as it is'

/** What to do where the one that is older cannot go on. */
export const adviceFor = (isNewer: boolean): string =>
  `${isNewer ? 'update this program' : 'upgrade the installation'}, ${INSIDE}`
