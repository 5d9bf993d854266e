import { inPodSpec, type PasteAt } from './paste.ts'
import type { Situation } from './rule.ts'

/**
 * A template without such readiness gates. Undefined where it has others too: in a manifest they stay because they are
 * written, in a patch because they are not, and one paste cannot do both.
 */
export const withoutGates = (
  situation: PasteAt & Pick<Situation, 'template'>,
  isGone: (gate: string) => boolean,
): string | undefined =>
  situation.template.readinessGates.every(isGone) ? inPodSpec(situation, { readinessGates: null }) : undefined
