import { mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PageBrowser } from './browser.ts'

/** The pictures of docs/images in a real Chromium, light and dark: nothing is cut off, and no words lie on others. */

let browser: PageBrowser
beforeAll(async () => {
  browser = await PageBrowser.start()
})
afterAll(() => browser.stop())

const SCREENSHOTS = process.env['SLACKWATER_SCREENSHOTS']
const FOLDER = 'docs/images'

interface Box {
  readonly words: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A box of text without the room above and below its letters, in which two lines may meet. */
const letters = (box: Box): Box => ({ ...box, y: box.y + 2, height: box.height - 4 })

const meet = (one: Box, other: Box): boolean =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height

const isWithin = (inner: Box, outer: Box): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height

describe.for(readdirSync(FOLDER))('%s', (name) => {
  const visit = (colorScheme: 'light' | 'dark') =>
    browser.visit(pathToFileURL(path.resolve(FOLDER, name)).href, { colorScheme })

  test('every text is on the paper, and none on another or over the border of its box', async () => {
    const { page, misdeeds } = await visit('light')
    const boxesOf = async (selector: string): Promise<readonly Box[]> =>
      await Promise.all(
        (await page.locator(selector).all()).map(async (element) => {
          const area = await element.boundingBox()
          return {
            words: (await element.textContent()) ?? '',
            ...(area ?? { x: 0, y: 0, width: 0, height: 0 }),
          }
        }),
      )
    const texts = (await boxesOf('text')).map(letters)
    const blocks = await boxesOf('rect')
    expect(texts.length).toBeGreaterThan(10)
    const [paper] = blocks
    expect(texts.filter((text) => paper === undefined || !isWithin(text, paper))).toEqual([])
    expect(texts.filter((text, index) => texts.slice(index + 1).some((other) => meet(text, other)))).toEqual(
      [],
    )
    expect(
      texts.filter((text) => blocks.some((block) => meet(text, block) && !isWithin(text, block))),
    ).toEqual([])
    expect(misdeeds).toEqual({ complaints: [], requests: [] })
  })

  test.for(['light', 'dark'] as const)('has the colors of the theme %s', async (theme) => {
    const { page } = await visit(theme)
    if (SCREENSHOTS !== undefined) {
      mkdirSync(SCREENSHOTS, { recursive: true })
      await page.locator('svg').screenshot({ path: path.join(SCREENSHOTS, `${name}-${theme}.png`) })
    }
    const fillOf = (selector: string) =>
      page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).fill`)
    const colors = [await fillOf('.paper'), await fillOf('.ink')]
    expect(colors).toEqual(
      theme === 'light'
        ? ['rgb(255, 255, 255)', 'rgb(31, 35, 40)']
        : ['rgb(13, 17, 23)', 'rgb(240, 246, 252)'],
    )
  })
})
