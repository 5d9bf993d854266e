import { refText } from '../../core/model/object-ref.ts'
import { isGrave } from '../../judgement/severity.ts'
import type { ResultRemark } from '../../result/result.ts'
import { counted, digits } from '../counted.ts'
import { placeText } from '../statement-lines.ts'
import { type Html, html, isolated } from './html.ts'

/** Remarks of one kind that are written out. A choice: who wants all of thousands reads JSON. */
const MOST = 20

/** What needs attention beside the findings of workloads: those of one kind behind one line. */
export function remarksPart(remarks: readonly ResultRemark[]): Html | undefined {
  if (remarks.length === 0) return undefined
  const groups = [...Map.groupBy(remarks, ({ what, id }) => `${what} ${id}`).values()]
  const [grave, quiet] = [
    groups.filter((group) => group.some(isGrave)),
    groups.filter((group) => !group.some(isGrave)),
  ]
  return html`${listOf('Needs attention', grave)}${listOf('Also worth knowing', quiet)}`
}

const listOf = (heading: string, groups: readonly (readonly ResultRemark[])[]): Html | undefined =>
  groups.length === 0
    ? undefined
    : html`<section class="remarks"><h2>${heading}</h2>
${groups.map(groupOf)}</section>
`

function groupOf(group: readonly ResultRemark[]): Html | undefined {
  const [first] = group
  if (first === undefined) return undefined
  const more = group.length - MOST
  const count = group.length === 1 ? '' : ` (${digits(group.length)})`
  return html`<details><summary><span class="severity ${first.severity}">${first.severity}</span> ${first.id}${count}<span class="dim">: ${isolated(leadOf(group))}</span></summary><ul>${group.slice(0, MOST).map(remarkItem)}${more > 0 ? html`<li>and ${counted(more, 'other')}; -o json has them all</li>` : ''}</ul></details>
`
}

/** Of one alone, whose it is. */
const leadOf = ([first, ...others]: readonly ResultRemark[]): string =>
  [others.length === 0 ? first?.cluster : undefined, first?.message]
    .filter((part) => part !== undefined)
    .join(': ')

function remarkItem({ message, action, object, position, cluster }: ResultRemark): Html {
  const place = [
    ...(cluster === undefined ? [] : [`cluster ${cluster}`]),
    ...(object === undefined ? [] : [refText(object)]),
    ...(position === undefined ? [] : [placeText(position)]),
  ].join(', ')
  return html`<li>${place === '' ? '' : html`<b>${isolated(place)}</b>: `}${isolated(message)}${action === undefined ? '' : html` <b>Fix:</b> ${isolated(action)}`}</li>`
}
