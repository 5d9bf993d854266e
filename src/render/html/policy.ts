import { createHash } from 'node:crypto'

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/**
 * The page's Content-Security-Policy: this script and this style run, and nothing is loaded from anywhere or sent
 * anywhere. `data:` is for the empty icon that keeps a browser from asking for one.
 * @param script undefined: the page has none, and none runs.
 */
export const contentPolicy = (script: string | undefined, style: string): string =>
  [
    "default-src 'none'",
    ...(script === undefined ? [] : [`script-src ${hashOf(script)}`]),
    `style-src ${hashOf(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
