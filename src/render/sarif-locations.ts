import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { refText } from '../core/model/object-ref.ts'
import { printable } from '../core/model/printable.ts'
import { isUrl } from '../manifests/url.ts'
import type { Statement } from '../result/statements.ts'
import { pathInFolder } from './file-names.ts'

/** Where a statement stands: one location, which code scanning requires, with the object by name. */
export function locationsOf(statement: Statement): readonly object[] {
  const { object, position } = statement
  const { source } = position ?? {}
  // The line is one of the rendered text, which no file holds: its place is told in the message.
  const { file, line } = source === undefined ? (position ?? {}) : { file: source }
  const artifactLocation = file === undefined ? clusterPlace(statement) : filePlace(file)
  return [
    {
      physicalLocation: {
        artifactLocation,
        ...(file !== undefined && line === undefined ? {} : { region: { startLine: line ?? 1 } }),
      },
      ...(object === undefined
        ? {}
        : {
            logicalLocations: [
              {
                name: printable(object.name),
                fullyQualifiedName: printable(refText(object)),
                kind: 'resource',
              },
            ],
          }),
    },
  ]
}

function filePlace(file: string): { readonly uri: string; readonly uriBaseId?: string } {
  // Shown without its query, which may be a secret.
  if (isUrl(file)) return { uri: file.replace('?…', '') }
  const inside = pathInFolder(file)
  return inside === undefined
    ? { uri: pathToFileURL(path.resolve(file.toWellFormed())).href }
    : { uri: uriOf(inside.split('/')), uriBaseId: '%SRCROOT%' }
}

/**
 * Something that no file holds. Code scanning refuses a result without a file, so it gets a path that reads like one:
 * `cluster/shop/Deployment/web`, the same in every run.
 */
const clusterPlace = ({ object, cluster }: Statement) => ({
  uri: uriOf([
    'cluster',
    ...(cluster === undefined ? [] : [cluster]),
    ...(object === undefined
      ? []
      : [object.namespace, object.kind, object.name].filter((part) => part !== '')),
  ]),
  uriBaseId: '%SRCROOT%',
})

/** Half of a surrogate pair has no encoding. */
const uriOf = (parts: readonly string[]): string =>
  parts.map((part) => encodeURIComponent(part.toWellFormed())).join('/')
