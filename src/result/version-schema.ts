import Type, { type Static } from 'typebox'

/** The version of the document's format; removing a field raises it. */
export const VERSION_FORMAT = 1

/** What `slackwater version -o json` prints, in the form of `kubectl version`. */
export const VersionSchema = Type.Object({
  formatVersion: Type.Literal(VERSION_FORMAT, { description: 'Increases when a field is removed' }),
  clientVersion: Type.Object(
    {
      version: Type.String({ description: 'As `slackwater --version` prints it' }),
      gitCommit: Type.Optional(
        Type.String({ description: 'The commit that it was built from; absent: unknown' }),
      ),
      nodeVersion: Type.String({ description: 'The Node.js that runs it, such as `v24.21.0`' }),
      platform: Type.String({
        description: 'Operating system and processor, as images have them: `linux/amd64`, `darwin/arm64`',
      }),
    },
    { description: 'This program; the version of an installation is in its report' },
  ),
})
export type VersionDocument = Static<typeof VersionSchema>
