import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { measurePage } from '../../src/render/html/measure-page.ts'
import { issueGroup, madeDocument, madeGroup, madeLoss } from '../measure/made.ts'
import { PageBrowser, screenshot, violationsOf } from './browser.ts'

/** How the page of a measurement looks, and what it must never do. */

let browser: PageBrowser
beforeAll(async () => {
  browser = await PageBrowser.start()
})
afterAll(() => browser.stop())

const LOOKS = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [390, 1280].map((width) => ({ colorScheme, width })),
)

describe.for(LOOKS)('in $colorScheme at $width px', ({ colorScheme, width }) => {
  const look = { colorScheme, viewport: { width, height: 900 } }

  test('axe-core finds nothing, also with the table open, and nothing is wider than the screen', async () => {
    const why = {
      asked: '2026-10-04T00:00',
      from: '2026-10-03T23:59:00.000Z',
      to: '2026-10-04T00:01:59.999Z',
      text: '1 request was answered with 500 or above, at 1 target that was leaving',
      failed: 1,
      reasons: ['1 at 10.0.1.2:8080: the target refused or closed the connection'],
      moments: [
        { at: '2026-10-04T00:00:00.000Z', text: 'Pod shop/web-1 is deleted', bad: false },
        { at: '2026-10-04T00:00:02.000Z', text: '502 at 10.0.1.2:8080', bad: true },
      ],
      more: 0,
    }
    const { page, misdeeds } = await browser.open(measurePage(madeDocument(issueGroup(), { why })), look)
    expect(await violationsOf(page)).toEqual([])
    await page.locator('summary').first().click()
    expect(await violationsOf(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
    await screenshot(page, `measure-${width}-${colorScheme}`)
    expect(misdeeds).toEqual({ complaints: [], requests: [] })
  })

  test('hostile names are shown, not obeyed, and the layout holds', async () => {
    const name = '<img src=x onerror="globalThis.executed = 1">\u202e'
    const loss = madeLoss(Date.UTC(2026, 9, 3), 2)
    const target = {
      ...loss.target,
      ip: '10.0.1.2',
      pod: { kind: 'Pod', namespace: 'shop', name },
      missing: [name],
    }
    const group = madeGroup({
      lost: [{ ...loss, target }],
      losses: { reset: 1, connect: 0, nobody: 0, other: 0 },
    })
    const { page, misdeeds } = await browser.open(measurePage(madeDocument(group)), look)
    expect(await page.evaluate('globalThis.executed')).toBeUndefined()
    expect(await page.evaluate(`document.querySelectorAll('img, script').length`)).toBe(0)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
    expect(await page.locator('main').innerText()).toContain(
      '<img src=x onerror="globalThis.executed = 1">\\u202e',
    )
    expect(misdeeds).toEqual({ complaints: [], requests: [] })
  })
})

test('the picture has a bar for each second with a departure, and its numbers are in the table', async () => {
  const { page } = await browser.open(measurePage(madeDocument(madeGroup({ lasts: [0, 1.2, 1.9, 7, 10.7] }))))
  expect(await page.locator('.histogram .bar').count()).toBe(4)
  const titles = await page.locator('.histogram .bar title').allTextContents()
  expect(titles).toEqual([
    '0 to 1 s: 1 departure',
    '1 to 2 s: 2 departures',
    '7 to 8 s: 1 departure',
    '10 to 11 s: 1 departure',
  ])
  await page.locator('summary').first().click()
  const rows = await page.locator('.bins tbody tr').allTextContents()
  expect(rows).toEqual(['0 to 11', '1 to 22', '7 to 81', '10 to 111'])
  // The marks stand where their seconds are: 26 of 50.
  expect(await page.locator('line.measured').getAttribute('x1')).toBe('52%')
})
