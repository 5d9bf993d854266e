import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { htmlPage } from '../../src/render/html/page.ts'
import { type OpenPage, PageBrowser } from './browser.ts'
import { exampleResult, manyWorkloads, resultOf, shopWorkload } from './results.ts'

/** What people do with the page. */

let browser: PageBrowser
let examples: string
beforeAll(async () => {
  browser = await PageBrowser.start()
  examples = htmlPage(await exampleResult())
})
afterAll(() => browser.stop())

const WEB = {
  ...shopWorkload(),
  findings: shopWorkload().findings.map((finding) => ({ ...finding, paste: 'spec:\n  a: "<b>"\n' })),
}
const FEW = htmlPage(
  resultOf([
    { ...WEB, namespace: 'a', name: 'late', cluster: 'east' },
    { ...WEB, namespace: 'b', name: 'early', cluster: 'west' },
    { ...WEB, namespace: 'b', name: 'plain', state: 'protected', findings: [], changes: [], cluster: 'west' },
  ]),
)

const namesIn = ({ page }: OpenPage): Promise<readonly string[]> =>
  page.locator('#workloads > tbody > tr > th').allInnerTexts()

const rowCount = ({ page }: OpenPage): Promise<number> => page.locator('#workloads > tbody > tr').count()

/** Nothing was loaded, refused or complained about. */
const expectQuiet = ({ misdeeds }: OpenPage): void => {
  expect(misdeeds).toEqual({ complaints: [], requests: [] })
}

describe('filters', () => {
  test.for([
    ['Namespace', 'b', ['Deployment early', 'Deployment plain']],
    ['Cluster', 'east', ['Deployment late']],
    ['State', 'Protected', ['Deployment plain']],
    ['State', 'At risk: would change', ['Deployment late', 'Deployment early']],
    ['Finding', 'prestop-missing', ['Deployment late', 'Deployment early']],
    ['Load balancer', 'ALB, ip targets', ['Deployment late', 'Deployment early', 'Deployment plain']],
  ] as const)('by %s %s', async ([label, value, names]) => {
    const open = await browser.open(FEW)
    await open.page.getByLabel(label, { exact: true }).selectOption(value)
    expect(await namesIn(open)).toEqual(names)
    const count = names.length === 3 ? '3 workloads' : `${names.length} of 3 workloads`
    expect(await open.page.getByRole('status').first().innerText()).toBe(count)
    await open.page.getByRole('button', { name: 'Clear' }).click()
    expect(await namesIn(open)).toHaveLength(3)
    expectQuiet(open)
  })

  test('by words, in any order, in everything that the row says', async () => {
    const open = await browser.open(FEW)
    await open.page.getByRole('searchbox').fill('INGRESS would early')
    expect(await namesIn(open)).toEqual(['Deployment early'])
    await open.page.getByRole('searchbox').fill('nothing like that')
    expect(await namesIn(open)).toEqual([])
    expect(await open.page.getByRole('status').first().innerText()).toBe('0 of 3 workloads')
  })

  test('by a number of the summary, and again for all', async () => {
    const open = await browser.open(FEW)
    const tile = open.page.getByRole('button', { name: /Protected/ })
    expect(await tile.innerText()).toMatch(/^1\s/)
    await tile.click()
    expect(await tile.getAttribute('aria-pressed')).toBe('true')
    expect(await namesIn(open)).toEqual(['Deployment plain'])
    await tile.click()
    expect(await namesIn(open)).toHaveLength(3)
  })
})

test('every column sorts both ways, and says so', async () => {
  const open = await browser.open(examples)
  const heads = open.page.locator('#workloads > thead th')
  const keys = await open.page.evaluate<string[]>(
    `[...document.querySelectorAll('#workloads > thead th')].map((head) => head.dataset.key)`,
  )
  expect(keys).toEqual(['workload', 'namespace', 'state', 'balancer', 'findings', 'sleep', 'grace'])
  for (const [at, key] of keys.entries()) {
    const first = key === 'sleep' || key === 'grace' ? 'descending' : 'ascending'
    const second = first === 'ascending' ? 'descending' : 'ascending'
    for (const way of [first, second]) {
      await heads.nth(at).getByRole('button').click()
      expect(await heads.nth(at).getAttribute('aria-sort')).toBe(way)
      expect(await open.page.locator('[aria-sort]').count()).toBe(1)
    }
  }
  const sleeps = async () =>
    (await open.page.locator('#workloads > tbody > tr > td:nth-child(6)').allInnerTexts()).map(Number)
  await heads.nth(5).getByRole('button').click()
  const down = await sleeps()
  // 9 before 45 before 140: numbers, not words.
  expect(down).toEqual([...down].sort((a, b) => b - a))
  expect(down[0]).toBeGreaterThan(100)
  expectQuiet(open)
})

describe('a workload', () => {
  test('opens and closes, with its timeline, chain and terms', async () => {
    const open = await browser.open(FEW)
    const { page } = open
    const button = page.getByRole('button', { name: 'Deployment late' })
    expect(await button.getAttribute('aria-expanded')).toBe('false')
    await button.click()
    const details = page.locator('.opened')
    await details.waitFor()
    expect(await button.getAttribute('aria-expanded')).toBe('true')
    expect(await details.getByRole('img', { name: /Timeline/ }).count()).toBe(1)
    expect(await details.innerText()).toContain('Ingress shop/web → ')
    expect(await details.innerText()).toContain('C controller')
    await button.click()
    expect(await details.count()).toBe(0)
    expectQuiet(open)
  })

  test('of many is unpacked', async () => {
    const open = await browser.open(examples)
    const last = open.page.locator('#workloads > tbody > tr').last()
    const name = await last.locator('th').innerText()
    await last.getByRole('button').click()
    const details = open.page.locator('.opened')
    await details.waitFor()
    const link = await details.getByRole('link', { name: 'Link to this workload' }).getAttribute('href')
    expect(link?.endsWith(name.replace(/^\S+ /, '/'))).toBe(true)
    expectQuiet(open)
  })

  test('has fixes to copy, exactly', async () => {
    const open = await browser.open(FEW)
    const { page } = open
    await page.getByRole('button', { name: 'Deployment late' }).click()
    await page.getByRole('button', { name: 'Copy' }).first().click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await page.locator('#said').innerText()).toBe('Copied')
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('spec:\n  a: "<b>"\n')
    expectQuiet(open)
  })

  test('whose browser refuses the clipboard has its fix selected', async () => {
    const open = await browser.open(FEW)
    const { page } = open
    await page.evaluate(`navigator.clipboard.writeText = () => Promise.reject(new Error('denied'))`)
    await page.getByRole('button', { name: 'Deployment late' }).click()
    await page.getByRole('button', { name: 'Copy' }).first().click()
    await page.getByRole('button', { name: 'Selected' }).waitFor()
    expect(await page.evaluate('String(getSelection())')).toContain('a: "<b>"')
  })
})

describe('a link', () => {
  test('to a workload opens it, and it has the focus', async () => {
    const open = await browser.open(FEW, { anchor: '#west/Deployment/b/early' })
    await open.page.locator('.opened').waitFor()
    await expect.poll(() => open.page.evaluate('document.activeElement.innerText')).toBe('Deployment early')
    expectQuiet(open)
  })

  test('to a finding opens its workload, and shows it', async () => {
    const open = await browser.open(FEW, { anchor: '#west/Deployment/b/early/prestop-missing' })
    const finding = open.page.locator('.findings > li:focus')
    await finding.waitFor()
    expect(await finding.innerText()).toContain('A container stops while requests still arrive')
    expect(await open.page.evaluate('document.activeElement.getBoundingClientRect().top < innerHeight')).toBe(
      true,
    )
  })

  test('to one that a filter hides shows it all the same', async () => {
    const open = await browser.open(FEW)
    await open.page.getByRole('searchbox').fill('late')
    await open.page.evaluate(`location.hash = '#west/Deployment/b/early'`)
    await open.page.locator('.opened').waitFor()
    expect(await namesIn(open)).toHaveLength(3)
  })

  test('to what is not there does nothing', async () => {
    const open = await browser.open(FEW, { anchor: '#Deployment/b/other%zz' })
    expect(await open.page.locator('.opened').count()).toBe(0)
    expectQuiet(open)
  })
})

test('with the keyboard alone: search, filter, sort, open, copy', async () => {
  const open = await browser.open(FEW)
  const { keyboard } = open.page
  const focused = () =>
    open.page.evaluate<string>(
      `(({ tagName, textContent, id }) => tagName + ' ' + (id || textContent.trim()))(document.activeElement)`,
    )
  const outlined = () =>
    open.page.evaluate<boolean>(`parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2`)
  /** Tabs until something has the focus; whatever has it meanwhile is seen to have it. */
  const tabTo = async (wanted: RegExp, key = 'Tab') => {
    for (let times = 0; times < 60; times++) {
      await keyboard.press(key)
      expect(await outlined(), await focused()).toBe(true)
      if (wanted.test(await focused())) return
    }
    throw new Error(`never focused: ${wanted}`)
  }
  await keyboard.press('Tab')
  expect(await focused()).toBe('A Skip to the table')
  await tabTo(/At risk/)
  await keyboard.press('Space')
  expect(await namesIn(open)).toEqual(['Deployment late', 'Deployment early'])
  await keyboard.press('/')
  expect(await focused()).toBe('INPUT search')
  await keyboard.type('b')
  await tabTo(/BUTTON Clear/)
  await keyboard.press('Enter')
  expect(await namesIn(open)).toHaveLength(3)
  await tabTo(/BUTTON Workload/)
  await keyboard.press('Enter')
  expect(await namesIn(open)).toEqual(['Deployment early', 'Deployment late', 'Deployment plain'])
  await tabTo(/BUTTON Deployment early/)
  await keyboard.press('Enter')
  await open.page.locator('.opened').waitFor()
  await tabTo(/BUTTON Copy/)
  await keyboard.press('Space')
  await open.page.getByRole('button', { name: 'Copied' }).waitFor()
  await tabTo(/BUTTON Deployment early/, 'Shift+Tab')
  await keyboard.press('Space')
  expect(await open.page.locator('.opened').count()).toBe(0)
  expectQuiet(open)
})

test('the theme is the system’s until the reader chooses', async () => {
  const open = await browser.open(FEW, { colorScheme: 'dark' })
  const { page } = open
  const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
  const [dark, light] = ['rgb(15, 20, 25)', 'rgb(255, 255, 255)']
  expect(await ground()).toBe(dark)
  const button = page.getByRole('button', { name: /^Theme/ })
  await button.click()
  expect([await button.innerText(), await ground()]).toEqual(['Theme: light', light])
  await button.click()
  expect([await button.innerText(), await ground()]).toEqual(['Theme: dark', dark])
  await page.emulateMedia({ media: 'print' })
  expect(await ground()).toBe(light)
  expectQuiet(open)
})

test('on paper: every row, no controls', async () => {
  const open = await browser.open(htmlPage(await manyWorkloads(600)))
  expect(await rowCount(open)).toBe(500)
  await open.page.pdf()
  expect(await rowCount(open)).toBe(600)
  await open.page.emulateMedia({ media: 'print' })
  expect(await open.page.getByRole('searchbox').isVisible()).toBe(false)
  expect(await open.page.getByRole('button', { name: /^Theme/ }).isVisible()).toBe(false)
  expectQuiet(open)
})

test('without JavaScript: the summary and every row, and a word about the rest', async () => {
  const open = await browser.open(htmlPage(await manyWorkloads(600)), { javaScriptEnabled: false })
  expect(await rowCount(open)).toBe(600)
  expect(await open.page.locator('.tiles strong').count()).toBeGreaterThanOrEqual(3)
  expect(await open.page.getByText('Filters and details need JavaScript').isVisible()).toBe(true)
  expect(await open.page.getByRole('searchbox').isVisible()).toBe(false)
})

test('5,000 workloads: the first 500 are shown, and all are searched', async () => {
  const times = new Map<number, Readonly<Record<string, number>>>()
  for (const count of [500, 5_000]) times.set(count, await measured(count))
  for (const [what, small = 1] of Object.entries(times.get(500) ?? {})) {
    const big = times.get(5_000)?.[what] ?? 0
    process.stdout.write(
      `${what}: ${big.toFixed(0)} ms with 5,000, ${(big / small).toFixed(1)} times as long as with 500\n`,
    )
  }
})

/** Milliseconds until the browser has drawn what was asked for. */
async function measured(count: number): Promise<Readonly<Record<string, number>>> {
  const result = await manyWorkloads(count)
  const wanted = result.workloads.at(-1)
  const html = htmlPage(result)
  const began = performance.now()
  const open = await browser.open(html)
  const load = performance.now() - began
  expect(await rowCount(open)).toBe(500)
  const timed = (action: string): Promise<number> =>
    open.page.evaluate<number>(
      `new Promise((resolve) => { const began = performance.now(); ${action}; requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began))) })`,
    )
  const search = await timed(
    `{ const field = document.querySelector('#search'); field.value = ${JSON.stringify(`${wanted?.namespace} ${wanted?.name}`)}; field.dispatchEvent(new Event('input', { bubbles: true })) }`,
  )
  expect(await namesIn(open)).toContain(`${wanted?.kind} ${wanted?.name}`)
  await open.page.getByRole('button', { name: 'Clear' }).click()
  const sort = await timed(`document.querySelector('[data-key=grace] button').click()`)
  await open.page.locator('#more').or(open.page.locator('#count')).first().waitFor()
  const opened = performance.now()
  await open.page.locator('#workloads > tbody button').last().click()
  await open.page.locator('.opened svg, .opened .details').first().waitFor()
  return { load, search, sort, open: performance.now() - opened }
}
