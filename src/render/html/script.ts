import { CHUNK } from './detail-chunks.ts'
import { DETAILS } from './script-details.ts'
import { ROWS } from './script-rows.ts'

/**
 * The page's script. Plain JavaScript for browsers, in the parts below; its hash is in the page's policy. It reads the table,
 * and shows again what the page brought: it makes no HTML of its own from text.
 */
export const SCRIPT = `'use strict'
const CHUNK = ${CHUNK}
${ROWS}${DETAILS}`
