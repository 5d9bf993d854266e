/**
 * Names of the DOM that the types of playwright-core refer to. The library "dom" has them, but with it every file of this
 * project could use what only browsers have.
 */
interface Node {
  readonly textContent: string | null
}
interface HTMLElement extends Node {
  readonly id: string
}
interface SVGElement extends Node {
  readonly id: string
}
type HTMLElementTagNameMap = Readonly<Record<string, HTMLElement>>
