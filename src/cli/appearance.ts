type Environment = Readonly<Record<string, string | undefined>>

/** A terminal that shows characters and nothing else: no colors, no cursor to move (terminfo, dumb). */
const isDumb = ({ TERM }: Environment): boolean => TERM === 'dumb'

/**
 * Whether text has colors. NO_COLOR, if not empty, comes first (no-color.org); then whoever asks for colors or for none,
 * FORCE_COLOR (force-color.org; 0 and false as in Node.js, tty.getColorDepth) or CLICOLOR_FORCE and CLICOLOR
 * (bixense.com/clicolors); else a terminal has them, unless it is a dumb one.
 * @param isTerminal undefined where a stream is none (isTTY of Node.js).
 */
export function wantsColor(env: Environment, isTerminal: boolean | undefined): boolean {
  const { NO_COLOR = '', FORCE_COLOR = '', CLICOLOR_FORCE = '', CLICOLOR = '' } = env
  if (NO_COLOR !== '') return false
  if (FORCE_COLOR !== '') return !isOff(FORCE_COLOR)
  if (CLICOLOR_FORCE !== '' && !isOff(CLICOLOR_FORCE)) return true
  return isTerminal === true && CLICOLOR !== '0' && !isDumb(env)
}

const isOff = (value: string): boolean => value === '0' || value === 'false'

/** Whether a line may be replaced by the next one: on a dumb terminal each stays, as in a file. */
export const canReplaceLines = (env: Environment, isTerminal: boolean | undefined): boolean =>
  isTerminal === true && !isDumb(env)
