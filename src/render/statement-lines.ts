import { refText } from '../core/model/object-ref.ts'
import { isTemplate } from '../manifests/position.ts'
import type { Statement } from '../result/statements.ts'

/** The word that begins a line: the severity of what stays, or what becomes of it. */
export const wordOf = ({ state, severity }: Statement) => (state === 'open' ? severity : state)

/** `Deployment shop/web: the sentence`; with several clusters `production: Deployment shop/web: the sentence` */
export const sentenceOf = ({ cluster, object, message }: Statement): string =>
  [cluster, object && refText(object), message].filter((part) => part !== undefined).join(': ')

/** `warning: Deployment shop/web: the sentence [prestop-missing]` */
export const lineOf = (statement: Statement): string =>
  `${wordOf(statement)}: ${sentenceOf(statement)}${statement.reason === undefined ? '' : ` (${statement.reason})`} [${statement.id}]`

/** `shop/web.yaml:12`, or the file alone; what it was rendered from is told by `templateText`. */
export const placeText = ({ file, line }: NonNullable<Statement['position']>): string =>
  line === undefined ? file : `${file}:${line}`

/** `from charts/web/templates/deployment.yaml`; undefined if nothing was rendered, or the place names it already. */
export const templateText = ({ position }: Pick<Statement, 'position'>): string | undefined =>
  isTemplate(position?.source) ? `from ${position?.source}` : undefined
