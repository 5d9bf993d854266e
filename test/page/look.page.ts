import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { htmlPage, htmlPieces, PAGE_HEADER } from '../../src/render/html/page.ts'
import type { Result } from '../../src/result/result.ts'
import { buildReportListener } from '../../src/server/report-listener.ts'
import { PageBrowser, screenshot, violationsOf } from './browser.ts'
import { hostileResult } from './hostile.ts'
import { exampleResult, shopResult } from './results.ts'

/** How the page looks, to whom, and what it must never do. */

let browser: PageBrowser
let examples: string
beforeAll(async () => {
  browser = await PageBrowser.start()
  examples = htmlPage(await exampleResult())
})
afterAll(() => browser.stop())

const LOOKS = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [390, 1280].map((width) => ({ colorScheme, width })),
)

describe.for(LOOKS)('in $colorScheme at $width px', ({ colorScheme, width }) => {
  const look = { colorScheme, viewport: { width, height: 900 } }

  test('axe-core finds nothing, also with a workload and a remark open, and nothing is wider than the screen', async () => {
    const { page, misdeeds } = await browser.open(examples, look)
    expect(await violationsOf(page)).toEqual([])
    await screenshot(page, `list-${width}-${colorScheme}`)
    await page.locator('.remarks summary').first().click()
    await page.locator('#workloads > tbody button').first().click()
    await page.locator('.opened .timeline').waitFor()
    expect(await violationsOf(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
    // Of a table within the table: a card of a phone has no head, the terms have one above their columns.
    const paddings = `['thead th', 'tbody td'].map((cell) => getComputedStyle(document.querySelector('.opened .terms ' + cell)).padding)`
    const [head, cell] = await page.evaluate<readonly string[]>(paddings)
    expect(head).toBe(cell)
    await page.locator('#workloads > tbody > tr').first().scrollIntoViewIfNeeded()
    await screenshot(page, `open-${width}-${colorScheme}`)
    expect(misdeeds).toEqual({ complaints: [], requests: [] })
  })

  // 30 workloads are packed.
  test.for([1, 30])(
    'hostile words of %i workloads are shown, not obeyed, and the layout holds',
    async (count) => {
      const { page, misdeeds } = await browser.open(htmlPage(hostileResult(count)), look)
      await page.locator('.remarks summary').first().click()
      await page.locator('#workloads > tbody button').first().click()
      await page.locator('.opened .timeline').waitFor()
      await page.locator('select').first().selectOption({ index: 1 })
      expect(await page.evaluate('globalThis.executed')).toBeUndefined()
      expect(
        await page.evaluate(`document.querySelectorAll('img, [onload], [onerror], body script').length`),
      ).toBe(1)
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
      const text = await page.locator('.opened').innerText()
      expect(text).toContain('<svg onload="globalThis.executed = 1">')
      expect(text).toContain('\\u202e\\u2028')
      await screenshot(page, `hostile-${count}-${width}-${colorScheme}`)
      expect(misdeeds).toEqual({ complaints: [], requests: [] })
    },
  )
})

describe('from a running server', () => {
  const app = buildReportListener<Result>({
    report: () => Promise.resolve(shopResult()),
    text: () => 'text',
    ledger: () => 'here',
    page: htmlPieces,
    policy: PAGE_HEADER,
    log: pino({ level: 'silent' }),
  })
  let address: string
  beforeAll(async () => {
    address = await app.listen({ host: '127.0.0.1', port: 0 })
  })
  afterAll(() => app.close())

  test('it works under the header’s policy, and asks for nothing more', async () => {
    const { page, misdeeds } = await browser.visit(`${address}/report#Deployment/shop/web`)
    await page.locator('.opened .timeline').waitFor()
    expect(await page.title()).toBe('Slackwater plan: 1 at risk, 0 unknown, 0 protected')
    expect(misdeeds).toEqual({ complaints: [], requests: [] })
  })

  test('no other page can frame it', async () => {
    const frame = `<!DOCTYPE html><iframe src="${address}/report"></iframe>`
    const { misdeeds } = await browser.open(frame)
    await expect.poll(() => misdeeds.complaints.join(), { timeout: 60_000 }).toContain('frame-ancestors')
  })
})
