/** A file with the plan written into it; every other byte is unchanged. */
export interface PatchedFile {
  readonly name: string
  readonly text: string
  /** The text as it was read; undefined for a new file. */
  readonly former: string | undefined
  /** How many of its objects changed. */
  readonly objects: number
}
