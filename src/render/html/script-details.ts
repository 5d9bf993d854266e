/** Open a workload, copy a fix, links within the page, theme, print, keys: the second half of the page's script. */
export const DETAILS = String.raw`
const chunks = [...document.querySelectorAll('body > template')].map((template) => ({ template, details: undefined }))

async function unpack(template) {
  if (template.dataset.coding === undefined) return [...template.content.children]
  const bytes = Uint8Array.from(atob(template.content.textContent), (character) => character.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(template.dataset.coding))
  const inner = document.createElement('template')
  // What was packed is HTML of the page's own templates, which escape every text of others.
  inner.innerHTML = await new Response(stream).text()
  return [...inner.content.children]
}

async function detailsOf({ index }) {
  const chunk = chunks[Math.floor(index / CHUNK)]
  chunk.details ??= unpack(chunk.template)
  return (await chunk.details)[index % CHUNK]
}

async function open(item) {
  if (item.details) return
  const row = document.createElement('tr')
  row.className = 'opened'
  row.setAttribute('role', 'row')
  const cell = row.insertCell()
  cell.colSpan = heads.length
  cell.setAttribute('role', 'cell')
  item.details = row
  item.button.setAttribute('aria-expanded', 'true')
  try {
    cell.append(await detailsOf(item))
  } catch {
    cell.textContent = 'This browser cannot unpack the details.'
  }
  if (item.details === row && item.row.isConnected) item.row.after(row)
}

function close(item) {
  item.details.remove()
  item.details = undefined
  item.button.setAttribute('aria-expanded', 'false')
}

const toggle = (item) => (item.details ? close(item) : open(item))

async function copy(button) {
  const source = button.parentElement.querySelector('pre')
  try {
    await navigator.clipboard.writeText(source.textContent)
    button.textContent = 'Copied'
    say('Copied')
  } catch {
    getSelection().selectAllChildren(source)
    button.textContent = 'Selected'
    say('Copying is not allowed here. The text is selected.')
  }
  setTimeout(() => {
    button.textContent = 'Copy'
  }, 2000)
}

// #Deployment/shop/web opens a workload, #Deployment/shop/web/ID one of its findings.
async function follow() {
  const anchor = location.hash.slice(1)
  if (anchor === '') return
  const item = byAnchor.get(anchor) ?? byAnchor.get(anchor.replace(/\/[^/]*$/, ''))
  if (item === undefined) return
  if (!matching.includes(item)) form.reset()
  if (!matching.includes(item)) filter()
  const place = matching.indexOf(item)
  if (place >= limit) {
    limit = place + 1
    show()
  }
  await open(item)
  const target = anchor === item.anchor ? item.button : document.getElementById(anchor)
  target?.scrollIntoView({ block: anchor === item.anchor ? 'start' : 'center' })
  target?.focus({ preventScroll: true })
}

const THEMES = ['system', 'light', 'dark']

function nextTheme({ currentTarget: button }) {
  const root = document.documentElement
  const next = THEMES[(THEMES.indexOf(root.dataset.theme ?? 'system') + 1) % THEMES.length]
  root.dataset.theme = next
  button.textContent = 'Theme: ' + next
}

function prepareEvents() {
  form.addEventListener('submit', (event) => event.preventDefault())
  form.addEventListener('input', filter)
  // The fields have their new values only after this event.
  form.addEventListener('reset', () => {
    for (const field of form.elements) if ('value' in field && field.type !== 'reset') field.value = ''
    filter()
  })
  find('#more').addEventListener('click', () => {
    const first = matching[limit]
    limit += PAGE
    show()
    first?.button.focus()
  })
  document.addEventListener('click', ({ target }) => {
    if (target.matches('.copy')) copy(target)
    // The same link again does not change the address.
    const link = target.closest('a[href^="#"]')
    if (link && link.getAttribute('href') === location.hash) follow()
  })
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.target.matches('input, select, textarea')) return
    event.preventDefault()
    find('#search').focus()
  })
  addEventListener('hashchange', follow)
  addEventListener('beforeprint', () => {
    limit = Infinity
    show()
  })
  find('#theme').addEventListener('click', nextTheme)
}

document.documentElement.classList.add('js')
find('#plain').hidden = true
prepareTable()
fillSelects()
prepareTiles()
prepareEvents()
form.hidden = find('#count').hidden = find('#theme').hidden = false
show()
follow()
`
