import { globSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { SIZES, THEMES } from '../../scripts/pictures/drawing.ts'
import { CONDITIONS } from '../../scripts/pictures/late-exposure.ts'
import { PLACES } from '../../scripts/pictures/modes.ts'
import { pictures } from '../../scripts/pictures/pictures.ts'
import { pictured } from '../../scripts/pictures/timeline.ts'
import { arrivalsEnd } from '../../src/core/budget/timeline.ts'
import { effectiveMode } from '../../src/core/decision/mode.ts'
import { elementsOf, parseXml } from '../render/xml.ts'

/** The pictures of docs/images: as the program's numbers have them now, and readable for everyone. */

const FOLDER = 'docs/images'
const all = Object.entries(pictures())

test('the folder has each of them, and nothing else', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(all.map(([name]) => name).sort())
})

describe.for(all)('%s', ([name, svg]) => {
  test('is as npm run generate writes it', () => {
    expect(readFileSync(`${FOLDER}/${name}`, 'utf8')).toBe(svg)
  })

  test('is well-formed, with a title and a description that name it', () => {
    const [title = '', description = ''] = ['title', 'desc'].map(
      (name) => elementsOf(parseXml(svg), name)[0]?.text,
    )
    expect(title.length).toBeGreaterThan(5)
    expect(description.length).toBeGreaterThan(100)
    expect(svg).toContain('role="img" aria-labelledby="title description"')
  })

  test('loads nothing and runs nothing', () => {
    expect(svg).not.toMatch(/<script|<image|<foreignObject|url\(|href=|@import|\son\w+=/)
  })

  test('stands in a page, with words for whoever does not see it', () => {
    const pages = globSync('docs/*.md').map((file) => readFileSync(file, 'utf8'))
    const shown = pages.flatMap((page) => [...page.matchAll(/!\[([^\]]*)\]\(images\/([\w.-]+)\)/g)])
    const words = shown.filter(([, , file]) => file === name).map(([, text = '']) => text)
    expect(words.length).toBeGreaterThan(0)
    expect(words.filter((text) => text.length < 20)).toEqual([])
  })
})

test('no text is smaller than 12 pixels, even where a page makes a picture a tenth smaller', () => {
  expect(Math.min(...Object.values(SIZES)) * 0.9).toBeGreaterThanOrEqual(12)
})

/** WCAG 2.2, relative luminance. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

test('contrast is computed as WCAG does', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
})

describe.for(Object.entries(THEMES))('in the theme %s', ([, { ink, dim, line, paper, ...fills }]) => {
  test.for(Object.entries({ paper, ...fills }))('words on %s can be read', ([, fill]) => {
    expect(contrast(ink, fill)).toBeGreaterThanOrEqual(4.5)
  })

  test('words beside, and lines, can be read on paper', () => {
    expect(contrast(dim, paper)).toBeGreaterThanOrEqual(4.5)
    expect(contrast(line, paper)).toBeGreaterThanOrEqual(3)
  })
})

describe('what they say', () => {
  test('timeline: the words beside it have the numbers in it', () => {
    const pages = globSync('docs/*.md').map((file) => readFileSync(file, 'utf8'))
    const beside = pages.flatMap((page) => [...page.matchAll(/!\[([^\]]*)\]\(images\/timeline\.svg\)/g)])
    const budget = pictured()
    expect(beside.length).toBeGreaterThan(1)
    for (const [, words = ''] of beside)
      expect(words.match(/\d+/g)?.map(Number)).toEqual([arrivalsEnd(budget), budget.sleep, budget.grace])
  })

  test('late exposure: as many conditions as docs/failure-behaviour.md has', () => {
    const page = readFileSync('docs/failure-behaviour.md', 'utf8')
    const [, section = ''] = page.split(/^## Late exposure and adoption$/m)
    const [table = ''] = /(?:^\|.*\n)+/m.exec(section) ?? []
    expect(CONDITIONS).toHaveLength(table.trimEnd().split('\n').length - 2)
  })

  test('modes: each place before those that come after it', () => {
    const label = (kind: string) => ({ value: 'dry-run', object: { kind, namespace: 'shop', name: 'web' } })
    const places = PLACES.map(({ name }) => name)
    expect(places).toEqual(['Pod', 'Workload', 'Namespace', 'Installation'])
    const at = (place: string) => {
      const from = (PLACES.map(({ name }) => name) as readonly string[]).indexOf(place)
      return effectiveMode({
        own: [...(from <= 0 ? [label('Pod')] : []), ...(from <= 1 ? [label('Workload')] : [])],
        namespace: from <= 2 ? label('Namespace') : undefined,
        installation: 'off',
      }).source
    }
    const sources = places
      .map(at)
      .map((source) => (source.kind === 'label' ? source.object?.kind : 'Installation'))
    expect(sources).toEqual(places)
  })
})
