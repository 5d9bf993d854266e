import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

function executable(): string {
  const found = process.env['CHROMIUM_BIN'] ?? PLACES.find((place) => existsSync(place))
  if (found === undefined)
    throw new Error('no browser: install chromium (Debian: apt-get install chromium), or set CHROMIUM_BIN')
  return found
}

/** Nothing is measured by it: it ends what hangs, on a machine that is full of other work, too. Milliseconds. */
const LONG_ENOUGH = 120_000

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Everything that a page must not do. */
interface Misdeeds {
  /** Errors and warnings of the console, uncaught errors, violations of the policy. */
  readonly complaints: string[]
  /** What was loaded beside the page itself. */
  readonly requests: string[]
}

export interface OpenPage {
  readonly page: Page
  readonly misdeeds: Misdeeds
}

type Look = BrowserContextOptions & { readonly anchor?: string }

/** A real Chromium, and pages as files, as `-o html` writes them. */
export class PageBrowser {
  readonly #browser: Browser
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'slackwater-page-'))
  #files = 0

  private constructor(browser: Browser) {
    this.#browser = browser
  }

  static async start(): Promise<PageBrowser> {
    // As root there is no sandbox; what is shown is our own page.
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
    return new PageBrowser(
      await chromium.launch({ executablePath: executable(), args, timeout: LONG_ENOUGH }),
    )
  }

  async stop(): Promise<void> {
    await this.#browser.close()
    rmSync(this.#folder, { recursive: true })
  }

  /** Opens a page that was written to a file. */
  async open(html: string, { anchor = '', ...look }: Look = {}): Promise<OpenPage> {
    this.#files += 1
    const file = path.join(this.#folder, `${this.#files}.html`)
    writeFileSync(file, html)
    return await this.visit(`${pathToFileURL(file)}${anchor}`, look)
  }

  /** Opens an address. */
  async visit(address: string, look: BrowserContextOptions = {}): Promise<OpenPage> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 900 }, ...look })
    context.setDefaultTimeout(LONG_ENOUGH)
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const page = await context.newPage()
    const misdeeds = await watched(page, address)
    await page.goto(address)
    return { page, misdeeds }
  }
}

async function watched(page: Page, address: string): Promise<Misdeeds> {
  const complaints: string[] = []
  const requests: string[] = []
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== address.split('#')[0]) requests.push(request.url())
  })
  await page.exposeFunction('reportViolation', (text: string) => complaints.push(text))
  await page.addInitScript(
    `addEventListener('securitypolicyviolation', (event) => reportViolation('policy: ' + event.violatedDirective + ' ' + event.blockedURI))`,
  )
  return { complaints, requests }
}

/** What axe-core finds with all of its rules: the rule, and the elements. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE)
  return await page.evaluate<string[]>(
    `axe.run(document).then(({ violations }) => violations.map(({ id, help, nodes }) => id + ': ' + help + ' ' + nodes.map(({ target, failureSummary }) => target + ' ' + failureSummary).join(' | ')))`,
  )
}

/** Written where SLACKWATER_SCREENSHOTS names a folder. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env['SLACKWATER_SCREENSHOTS']
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  // Hiding the caret takes a style element, which the policy forbids.
  await page.screenshot({ path: path.join(folder, `${name}.png`), caret: 'initial', fullPage: true })
}
