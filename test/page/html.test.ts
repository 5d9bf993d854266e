import { expect, test } from 'vitest'
import { html, isolated, joined, ownHtml, textLines } from '../../src/render/html/html.ts'

test('whatever is interpolated is escaped, in text and in an attribute', () => {
  const hostile = `<script>alert('1')</script>"><img src=x onerror=alert(1)> & more`
  const { text } = html`<p title="${hostile}">${hostile}</p>`
  const escaped =
    '&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&gt;&lt;img src=x onerror=alert(1)&gt; &amp; more'
  expect(text).toBe(`<p title="${escaped}">${escaped}</p>`)
})

test('what is HTML already stays so, alone and in lists; nothing is written of undefined', () => {
  const item = (one: string) => html`<li>${one}</li>`
  expect(html`<ul>${['a<', 'b'].map(item)}${undefined}</ul>${2}`.text).toBe(
    '<ul><li>a&lt;</li><li>b</li></ul>2',
  )
  expect(html`${ownHtml('<b>')}${'<b>'}`.text).toBe('<b>&lt;b&gt;')
  expect(html`${joined([item('a'), item('b')], html`, `)}`.text).toBe('<li>a</li>, <li>b</li>')
})

// U+202E reverses what follows; U+2028 ends a line in older JavaScript; ESC starts a terminal's command.
test.for([
  ['a\u202eb', 'a\\u202eb'],
  ['a\u2028b', 'a\\u2028b'],
  ['a\u001b[31mb', 'a\\x1b[31mb'],
  ['a\nb', 'a\\nb'],
  ['a\0b', 'a\\x00b'],
])('an invisible character in %j is shown as an escape', ([text = '', shown]) => {
  expect(html`${text}`.text).toBe(shown)
})

test('text with lines keeps them, and is escaped like any other', () => {
  expect(textLines('spec:\n  a: "<b>"\u202e').text).toBe('spec:\n  a: &quot;&lt;b&gt;&quot;\\u202e')
})

test('letters from right to left cannot reorder what is around them', () => {
  expect(isolated('שלום').text).toBe('<bdi>שלום</bdi>')
  expect(isolated('web<').text).toBe('web&lt;')
})
