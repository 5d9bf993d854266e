/** A place in a file, in the text behind a URL, or in a text that was rendered. `line` counts from 1. */
export interface Position {
  /** As it was given or found; of a rendered text its folder and the command: `charts/web (helm template)`. */
  readonly file: string
  readonly line: number
  /** Of a rendered text: the file that the object comes from, a template of a chart or a kustomization. */
  readonly source?: string
}

/** Input that could not be read: the command continues with the rest and ends with exit code 2. */
export interface Problem {
  readonly file: string
  /** Counts from 1; absent if it concerns the whole file. */
  readonly line?: number
  /** Counts from 1, in UTF-16 code units. */
  readonly column?: number
  /** As in a position. */
  readonly source?: string
  /** What was wrong and what was expected, in one sentence without a final period. */
  readonly message: string
}

/** Stable ids of notes about files, for programs. */
export const NOTE_IDS = [
  'duplicate-key',
  'empty-list',
  'kustomization',
  'name-missing',
  'name-not-a-string',
  'no-objects',
  'not-an-object',
  'other-namespace',
  'related-unreadable',
  'rendering',
  'replaced',
  'variant',
] as const

/** Information for the user about input that was read or skipped. */
export interface Note {
  readonly severity: 'information' | 'warning'
  readonly id: (typeof NOTE_IDS)[number]
  readonly file: string
  /** Counts from 1; absent if it concerns the whole file or folder. */
  readonly line?: number
  /** As in a position. */
  readonly source?: string
  /** One sentence without a final period. */
  readonly text: string
}

/**
 * `shop/web.yaml:12`, the form that editors and terminals turn into a link; of a chart
 * `charts/web (helm template):12, from charts/web/templates/deployment.yaml`.
 */
export const positionText = ({ file, line, source }: Position): string =>
  `${file}:${line}${isTemplate(source) ? `, from ${source}` : ''}`

/** Whether it tells more than the folder, which the name of a rendered text begins with. */
export const isTemplate = (source: string | undefined): source is string =>
  source !== undefined && !/(?:^|\/)(?:[kK]ustomization(?:\.ya?ml)?|Chart\.yaml)$/.test(source)

/** Turns offsets in a text into lines and columns, both from 1. */
export class LineIndex {
  readonly #starts: number[] = [0]

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1)
  }

  lineAt(offset: number): number {
    let low = 0
    let high = this.#starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }

  columnAt(offset: number): number {
    return offset - (this.#starts[this.lineAt(offset) - 1] ?? 0) + 1
  }
}
