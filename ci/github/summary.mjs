// The job summary of action.yml: a table in HTML, because in HTML nothing that a manifest says becomes Markdown.

/** Rows (choice: a summary may have 1 MiB, and nobody reads more). */
const MOST_ROWS = 100

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Control characters and line ends as escapes: a blank line would end the HTML. */
const escaped = (text) =>
  text
    .replaceAll(
      /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
      (character) => `\\u${character.codePointAt(0).toString(16).padStart(4, '0')}`,
    )
    .replaceAll(/[&<>"]/g, (character) => ENTITIES[character])

const counted = (count, word) => `${count} ${word}${count === 1 ? '' : 's'}`

const nameOf = ({ kind, namespace, name }) => `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`

/** @param document what `slackwater lint -o json` prints. @param homepage of the repository. */
export function summaryOf({ summary, findings, problems }, homepage) {
  const { workloads, errors, warnings, fixed, accepted } = summary
  const counting = findings.filter(({ counts }) => counts)
  const sentence =
    `${counted(workloads, 'workload')}: ${counted(errors, 'error')}, ${counted(warnings, 'warning')}; ` +
    `not counted: ${fixed} fixed by Slackwater when applied, ${accepted} accepted`
  const left = counting.length - MOST_ROWS
  return [
    '<h3>Slackwater lint</h3>',
    `<p>${sentence}</p>`,
    ...problems.map(
      ({ file, message }) => `<p>Not read: <code>${escaped(file)}</code>: ${escaped(message)}</p>`,
    ),
    ...(counting.length === 0 ? [] : tableOf(counting.slice(0, MOST_ROWS), homepage)),
    ...(left > 0 ? [`<p>and ${left} more, in the log</p>`] : []),
    '',
    '',
  ].join('\n')
}

const tableOf = (findings, homepage) => [
  '<table><tr><th></th><th>What</th><th>Where</th><th>What to do</th></tr>',
  ...findings.map((finding) => rowOf(finding, homepage)),
  '</table>',
]

function rowOf({ id, what, severity, message, action = '', object, file, line, source }, homepage) {
  const page = what === 'finding' ? `<a href="${homepage}/blob/main/docs/findings/${id}.md">${id}</a>` : id
  const place = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}`
  const subject = object === undefined ? '' : `${escaped(nameOf(object))}<br>`
  const from = source === undefined ? '' : `<br>from <code>${escaped(source)}</code>`
  const cells = [
    severity,
    `${subject}${escaped(message)}<br>${page}`,
    `<code>${escaped(place)}</code>${from}`,
    escaped(action),
  ]
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`
}

/** An annotation (actions/toolkit, packages/core/src/command.ts). */
export const errorCommand = (sentence) =>
  `::error title=Slackwater::${sentence.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')}\n`
