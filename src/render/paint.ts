import pc from 'picocolors'

/** How to draw text output: colors only on a terminal, the width of the terminal or 80. */
export interface Paper {
  readonly width: number
  readonly paint: Paint
}

/** How findings are drawn. */
export interface FindingPaper extends Paper {
  /** Whether what the change fixes is also shown with how to fix it by hand: Slackwater may not be installed. */
  readonly byHand?: boolean
}

export interface DetailPaper extends FindingPaper {
  /** Whether to show every workload, with chains, terms and findings in full. */
  readonly details: boolean
}

type Paint = ReturnType<typeof pc.createColors>

/** @param color false gives plain text, identical except for the escape sequences. */
export const paperOf = ({ width, color }: { readonly width: number; readonly color: boolean }): Paper => ({
  width: Math.max(60, Math.min(width, 120)),
  paint: pc.createColors(color),
})
