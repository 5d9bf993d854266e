import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { inflateSync } from 'node:zlib'
import { parseSync } from 'rolldown/experimental'
import { describe, expect, test } from 'vitest'
import { STANDINGS, type Standing } from '../../src/judgement/standing.ts'
import { htmlPage, PAGE_HEADER } from '../../src/render/html/page.ts'
import { STANDING_TEXT } from '../../src/render/html/words.ts'
import type { ResultRemark } from '../../src/result/result.ts'
import { obeyed } from '../cli/hostile.ts'
import { hostileResult } from './hostile.ts'
import { exampleResult, manyWorkloads, resultOf, shopResult, shopWorkload } from './results.ts'

const page = htmlPage(shopResult())

const one = (pattern: RegExp, text: string): string => pattern.exec(text)?.[1] ?? ''

/** What browsers show of a text with these entities; they are the only ones that a page has. */
const unescaped = (text: string): string =>
  text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity)
const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}

/** Details of all workloads, unpacked. */
const detailsIn = (text: string): string =>
  [...text.matchAll(/<template( data-coding="deflate")?>(.*?)<\/template>/gs)]
    .map(([, packed, content = '']) =>
      packed === undefined ? content : inflateSync(Buffer.from(content, 'base64')).toString(),
    )
    .join('')

describe('the page of one workload', () => {
  test('its numbers, its state, and its table without any script', () => {
    expect(page).toContain('<title>Slackwater plan: 1 at risk, 0 unknown, 0 protected</title>')
    const row = one(/<tr (id="Deployment\/shop\/web"[^\n]*)/, page)
    expect(row).toMatch(/<th scope=row>Deployment web<td>shop<td class=tone>▲ At risk: would change<td>/)
    expect(row).toMatch(/<td>40<td>70$/)
  })

  test('its details: the chain, each term with its origin, the change', () => {
    const details = detailsIn(page)
    expect(details).toContain('Ingress shop/web → ')
    expect(details).toContain(
      'sleep S = C + max(P, min(D, P + R)) + J = 5 + max(25, min(30, 25 + 10)) + 5 = 40',
    )
    expect(details).toContain(
      '<th scope="row">P propagation</th><td class="number">25</td><td>setting terms.',
    )
    expect(details).toContain('<dd>set terminationGracePeriodSeconds default 30 → 70</dd>')
  })

  test('the same result gives the same page, with no time of its own', () => {
    expect(htmlPage(shopResult())).toBe(page)
    expect(page).not.toMatch(/\b20\d\d-\d\d/)
  })

  test('it names no other place to load from: links are followed only by a click', () => {
    const loaded = [...page.matchAll(/<(?!a )[a-z]+[^>]* (?:src|href|data|action)="([^"]*)"/g)]
    expect(loaded.map(([, address]) => address)).toEqual(['data:,'])
    expect(page).not.toMatch(/ (?:on[a-z]+|style)=/)
    expect(one(/<style>(.*?)<\/style>/s, page)).not.toMatch(/url\(|@import/)
  })
})

describe('the policy', () => {
  const policy = unescaped(one(/http-equiv="Content-Security-Policy" content="([^"]*)"/, page))
  const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64')

  test('allows this script, this style, and nothing else', () => {
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src 'sha256-${hashOf(one(/<script>(.*?)<\/script>/s, page))}'`,
      `style-src 'sha256-${hashOf(one(/<style>(.*?)<\/style>/s, page))}'`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ])
  })

  test('as a header also forbids frames', () => {
    expect(PAGE_HEADER).toBe(`${policy}; frame-ancestors 'none'`)
  })
})

test('script and style can be read by a browser', () => {
  const script = one(/<script>(.*?)<\/script>/s, page)
  expect(parseSync('page.js', script).errors).toEqual([])
  expect(script.match(/innerHTML|insertAdjacentHTML|document\.write|eval|Function\(/g)).toEqual(['innerHTML'])
  const style = one(/<style>(.*?)<\/style>/s, page)
  expect(style.match(/\{/g)?.length).toBe(style.match(/\}/g)?.length)
})

describe('hostile input', () => {
  // 30 workloads are packed.
  test.for([1, 30])('of %i workloads is shown as text everywhere', (count) => {
    const text = htmlPage(hostileResult(count))
    const details = detailsIn(text)
    const shown =
      text.replace(/<template.*?<\/template>/gs, '').replace(/<(script|style)>.*?<\/\1>/gs, '') + details
    expect(shown).not.toMatch(/<img|<script|<!--|<\/template/)
    expect(obeyed(shown)).toEqual([])
    expect(shown.isWellFormed()).toBe(true)
    expect(details).toContain('&lt;/script&gt;&quot;&gt;&lt;img')
    expect(details).toContain('\\u202e\\u2028')
    expect(text.match(/<template/g)).toHaveLength(1)
    expect(text.match(/<\/script>/g)).toHaveLength(1)
  })

  test('a name of others cannot take the address of another workload', () => {
    const twins = resultOf([
      shopWorkload(),
      { ...shopWorkload(), name: 'web"><b>/prestop-missing' },
      shopWorkload(),
    ])
    const ids = [...htmlPage(twins).matchAll(/<tr id="([^"]*)"/g)].map(([, id]) => id)
    expect(ids).toEqual([
      'Deployment/shop/web',
      'Deployment/shop/web~2',
      'Deployment/shop/web%22%3E%3Cb%3E%2Fprestop-missing',
    ])
  })
})

describe('several clusters', () => {
  const clusters = resultOf(['west', 'east'].map((cluster) => ({ ...shopWorkload(), cluster })))
  test('have a column, and addresses of their own', () => {
    const text = htmlPage(clusters)
    expect(text).toContain('<th scope="col" data-key="cluster">Cluster</th>')
    expect([...text.matchAll(/<tr id="([^"]*)"/g)].map(([, id]) => id)).toEqual([
      'east/Deployment/shop/web',
      'west/Deployment/shop/web',
    ])
  })

  test('one cluster has none', () => {
    expect(page).not.toContain('data-key="cluster">Cluster</th>')
  })
})

describe('size', () => {
  test('500 workloads with a fix for each finding take 300 kB at most', async () => {
    expect(Buffer.byteLength(htmlPage(await manyWorkloads(500)))).toBeLessThanOrEqual(300_000)
  })

  test('packed details say the same as plain ones', async () => {
    const { workloads } = await exampleResult()
    const few = detailsIn(htmlPage(resultOf(workloads.slice(0, 20))))
    expect(few.match(/<div class="details">/g)).toHaveLength(20)
    const many = detailsIn(htmlPage(resultOf([...workloads, ...workloads])))
    expect(many.match(/<div class="details">/g)).toHaveLength(workloads.length * 2)
  })
})

test('docs/page.md has the numbers of the page with their meanings', () => {
  const table = one(/<!-- standings -->\n(.*?)\n<!-- end -->/s, readFileSync('docs/page.md', 'utf8'))
  const standings = Object.keys(STANDINGS) as Standing[]
  expect(table.split('\n').slice(2)).toEqual(
    standings.map((key) => `| ${STANDING_TEXT[key]} | ${STANDINGS[key]} |`),
  )
})

test('nothing to show is a page, too', () => {
  expect(htmlPage(resultOf([]))).toContain('<h2 id="summary">0 workloads</h2>')
})

describe('remarks', () => {
  const about = (remark: Partial<ResultRemark>) =>
    htmlPage({
      ...shopResult(),
      remarks: [{ what: 'note', id: 'kustomization', severity: 'warning', message: 'build it', ...remark }],
    })

  test('about a whole file or folder name it alone', () => {
    expect(about({ position: { file: 'overlays/east' } })).toContain('<b>overlays/east</b>')
    expect(about({ position: { file: 'web.yaml', line: 7 } })).toContain('<b>web.yaml:7</b>')
  })

  test('a cluster that could not be read is one, and is named without opening anything', () => {
    const unread = about({ what: 'problem', cluster: 'east', message: 'no answer' })
    expect(unread).toContain('Incomplete: 1 cluster could not be read')
    expect(one(/<summary>(.*?)<\/summary>/, unread)).toContain('east: no answer')
  })
})
