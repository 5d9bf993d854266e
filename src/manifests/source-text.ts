/** One text to read, with its name for messages. */
export interface SourceText {
  readonly name: string
  readonly text: string
  /** Of a rendered text: the file that one of its documents comes from. */
  readonly sourceOf?: (document: string) => string | undefined
}
