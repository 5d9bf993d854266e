import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { STATE_TEXT } from '../src/render/report-overview.ts'
import { inProcess } from './cli/run.ts'

/** README.md, and docs/install.md beside it: what a stranger reads first is short, and true from a clean clone. */

const read = (file: string): string => readFileSync(file, 'utf8')
const readme = read('README.md')
const install = read('docs/install.md')

/** How long it may be, with its first screen: what is above the first heading. Lines, a choice. */
const [LONGEST, FIRST_SCREEN] = [200, 25]
/** A choice, with room for a link that cannot be broken. Characters; tables and what is printed have their own. */
const WIDEST = 130

const linesOf = (text: string): readonly string[] => text.replace(/\n$/, '').split('\n')

/** What is between fences. */
const blocksIn = (text: string): readonly string[] => text.split(/^```.*\n/m).filter((_, at) => at % 2 === 1)

describe('README.md is short', () => {
  const lines = linesOf(readme)
  const [screen = ''] = readme.split(/^## /m)

  test(`at most ${LONGEST} lines, none of them wide`, () => {
    expect(lines.length).toBeLessThanOrEqual(LONGEST)
    const prose = lines.filter((line) => !line.startsWith('|'))
    expect(prose.filter((line) => line.length > WIDEST)).toEqual([])
  })

  test(`what it is, what to run and what that prints: within the first ${FIRST_SCREEN} lines`, () => {
    expect(linesOf(screen.trimEnd()).length).toBeLessThanOrEqual(FIRST_SCREEN)
    const [prose = '', run = '', between = '', printed = ''] = screen.split('```')
    expect(prose).toContain('admission webhook')
    expect(run.trim()).toBe('npm ci && npm run -s slackwater -- audit')
    expect(between).toContain('changes nothing')
    expect(linesOf(printed.trim()).length).toBeGreaterThan(5)
  })

  test('the commands of a clean clone are there', () => {
    expect(blocksIn(readme)).toContain('npm ci && npm run demo\nnpm ci && npm test\n')
  })

  test('the numbers of its sample are lines of a plan of the examples', async () => {
    const [sample = ''] = blocksIn(readme).filter((text) => text.includes('sleep S ='))
    const { out } = await inProcess(['plan', '-f', 'examples/1-bookshop.yaml'])
    const printed = new Set(linesOf(out))
    const shown = linesOf(sample).filter((line) => line.trim() !== '…')
    expect(shown.length).toBeGreaterThan(2)
    expect(shown.filter((line) => !printed.has(line))).toEqual([])
  })
})

describe('from a clean clone', () => {
  const [, section = ''] = readme.split(/<!-- \/?install -->/)
  const [build = '', once = ''] = blocksIn(section)
  const [image = '', ...others] = [...build.matchAll(/\S+\/slackwater:\S+/g)].map(String)
  const [repository = ''] = image.split(':')

  test('no image has been published: the one that is installed is the one that was built and pushed', () => {
    expect(image).toMatch(new RegExp(`:${packageJson.version}$`))
    expect(others).toEqual([image])
    expect(build).toContain(`VERSION=${packageJson.version} `)
    // The chart's own version is the tag where none is given.
    expect(once).toContain(`image.repository=${repository}\n`)
    expect(once).not.toContain('image.tag')
  })

  test('every install is of that image, and every load', () => {
    const pages = readme + install
    const commands = [...pages.matchAll(/^helm install (?:.*\\\n)*.*$/gm)].map(String)
    expect(commands.length).toBeGreaterThan(1)
    for (const command of commands) expect(command).toContain(`image.repository=${repository}`)
    const loads = [...pages.matchAll(/^(?:kind load docker-image|minikube image load) (\S+)$/gm)]
    expect(loads.map(([, loaded]) => loaded)).toEqual([image, image])
  })

  test('why nothing has changed is said in the words of the report', () => {
    const [, after = ''] = install.split('## Nothing changed\n')
    const [table = ''] = /(?:^\|.*\n)+/m.exec(after) ?? []
    const rows = linesOf(table)
      .slice(2)
      .map((line) => line.slice(1, -1).split(/(?<!\\)\|/))
    const words = rows.flatMap(([shown = '']) => [...shown.matchAll(/`(.+?)`/g)].map(([, code]) => code))
    expect(words).toEqual(
      expect.arrayContaining([STATE_TEXT['would-change'], STATE_TEXT['left-alone'], 'mode dry-run']),
    )
    for (const [, why = '', cure = ''] of rows)
      expect(Math.min(why.trim().length, cure.trim().length)).toBeGreaterThan(0)
  })
})
