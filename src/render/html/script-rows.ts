/** Filter, sort, show a part of the rows: the first half of the page's script. */
export const ROWS = String.raw`
// Rows shown at once: more makes layout slow where there are thousands.
const PAGE = 500
const find = (selector, root = document) => root.querySelector(selector)
const table = find('#workloads')
const body = table.tBodies[0]
const heads = [...table.tHead.rows[0].cells]
const keys = heads.map((head) => head.dataset.key)
const form = find('#filters')
const selects = [...form.querySelectorAll('select')].filter((select) => {
  const used = keys.includes(select.dataset.key)
  if (!used) select.parentElement.remove()
  return used
})
const ranks = ['at-risk', 'unknown', 'accepted', 'protected', 'not-exposed']

const all = [...body.rows].map((row, index) => ({ row, index, anchor: row.id, text: undefined, values: {} }))
const byAnchor = new Map(all.map((item) => [item.anchor, item]))
// What a link leads to is opened and gets the focus below; the browser's own way to it would take the focus again.
for (const { row } of all) row.removeAttribute('id')
let matching = all
let limit = PAGE
let order = { key: 'state', down: false }

const cellOf = ({ row }, key) => row.cells[keys.indexOf(key)]
const textOf = (item) => (item.text ??= item.row.textContent.toLowerCase())
const say = (text) => {
  find('#said').textContent = text
}

// What a row has of a list: one text, or several where the cell has several.
function valuesOf(item, key) {
  if (item.values[key] === undefined) {
    const cell = cellOf(item, key)
    const several = [...cell.querySelectorAll('b, span, i')].map((one) => one.textContent)
    const text = cell.textContent.trim()
    item.values[key] =
      key === 'state'
        ? [text.replace(/^\S+ /, ''), text.replace(/^\S+ /, '').split(':')[0]]
        : several.length > 0 ? several : text === '' ? [] : [text]
  }
  return item.values[key]
}

function sortValue(item, key) {
  if (key === 'sleep' || key === 'grace') {
    const text = cellOf(item, key).textContent.trim()
    return text === '' ? -1 : Number(text)
  }
  if (key === 'state') return ranks.indexOf(item.row.className)
  if (key === 'findings') return -cellOf(item, key).querySelectorAll('b').length
  return cellOf(item, key).textContent
}

function sort(key, down) {
  order = { key, down }
  const values = new Map(all.map((item) => [item, sortValue(item, key)]))
  all.sort((a, b) => {
    const [x, y] = [values.get(a), values.get(b)]
    return (x < y ? -1 : x > y ? 1 : 0) * (down ? -1 : 1) || a.index - b.index
  })
  for (const head of heads) {
    if (head.dataset.key === key) head.setAttribute('aria-sort', down ? 'descending' : 'ascending')
    else head.removeAttribute('aria-sort')
  }
  filter()
}

function filter() {
  const words = find('#search').value.toLowerCase().split(/\s+/).filter((word) => word !== '')
  const wanted = selects.filter((select) => select.value !== '').map((select) => [select.dataset.key, select.value])
  matching = all.filter(
    (item) =>
      wanted.every(([key, value]) => valuesOf(item, key).includes(value)) &&
      words.every((word) => textOf(item).includes(word)),
  )
  limit = PAGE
  for (const tile of document.querySelectorAll('.tiles button'))
    tile.setAttribute('aria-pressed', String(wanted.some(([key, value]) => key === 'state' && value === tile.parentElement.dataset.state)))
  show()
}

const number = (count) => count.toLocaleString('en')

function show() {
  const shown = matching.slice(0, limit)
  for (const item of shown) prepare(item)
  body.replaceChildren(...shown.flatMap((item) => (item.details ? [item.row, item.details] : [item.row])))
  const rest = matching.length - shown.length
  const most = rest > 0 ? ' (the first ' + number(shown.length) + ' are shown)' : ''
  find('#count').textContent =
    (matching.length === all.length ? number(all.length) : number(matching.length) + ' of ' + number(all.length)) +
    (all.length === 1 ? ' workload' : ' workloads') + most
  const more = find('#more')
  more.hidden = rest === 0
  more.textContent = 'Show ' + number(Math.min(PAGE, rest)) + ' more'
}

// A row gets its button, and the roles that it would lose on a phone, when it is shown for the first time.
function prepare(item) {
  if (item.button) return
  const { row } = item
  const button = document.createElement('button')
  button.type = 'button'
  button.setAttribute('aria-expanded', 'false')
  button.append(...row.cells[0].childNodes)
  row.cells[0].replaceChildren(button)
  row.setAttribute('role', 'row')
  for (const [at, cell] of [...row.cells].entries()) {
    cell.setAttribute('role', at === 0 ? 'rowheader' : 'cell')
    cell.dataset.key = keys[at]
    if (at > 0) cell.dataset.name = heads[at].textContent
  }
  button.addEventListener('click', () => toggle(item))
  item.button = button
}

function fillSelects() {
  for (const select of selects) {
    const counts = new Map()
    for (const item of all)
      for (const value of new Set(valuesOf(item, select.dataset.key))) counts.set(value, (counts.get(value) ?? 0) + 1)
    const options = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([value, count]) => new Option(value + ' (' + number(count) + ')', value))
    select.replaceChildren(new Option('all', ''), ...options)
  }
}

function prepareTable() {
  table.setAttribute('role', 'table')
  for (const part of [table.tHead, body]) part.setAttribute('role', 'rowgroup')
  table.tHead.rows[0].setAttribute('role', 'row')
  for (const head of heads) {
    const button = document.createElement('button')
    button.type = 'button'
    button.append(...head.childNodes)
    head.replaceChildren(button)
    head.setAttribute('role', 'columnheader')
    button.addEventListener('click', () => {
      const { key } = head.dataset
      sort(key, order.key === key ? !order.down : key === 'sleep' || key === 'grace')
    })
  }
}

function prepareTiles() {
  const state = selects.find((select) => select.dataset.key === 'state')
  for (const tile of document.querySelectorAll('.tiles li')) {
    if (![...state.options].some(({ value }) => value === tile.dataset.state)) continue
    const button = document.createElement('button')
    button.type = 'button'
    button.setAttribute('aria-pressed', 'false')
    button.append(...tile.childNodes)
    tile.replaceChildren(button)
    button.addEventListener('click', () => {
      state.value = state.value === tile.dataset.state ? '' : tile.dataset.state
      filter()
    })
  }
}
`
