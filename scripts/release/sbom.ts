/** What is bundled into the program, as an SPDX document: no scanner can tell from the bundle. */

export interface Bundled {
  readonly name: string
  /** Undefined: part of another package's file, which does not tell it. */
  readonly version: string | undefined
  /** SPDX expression. */
  readonly license: string
}

/** A line of the list at the beginning of the notices: `- name version: license`. */
const ENTRY = /^- ((?:@[a-z0-9~._-]+\/)?[a-z0-9~._-]+)(?: (\S+))?: (\S.*)$/

/**
 * @param notices dist/THIRD_PARTY_NOTICES.txt, which the build makes of the modules that are in the bundle.
 * @throws if a line of its list is not understood, or there is no list.
 */
export function bundledIn(notices: string): readonly Bundled[] {
  // The next list is of the image's base.
  const [list] = /(?:^- .*\n)+/m.exec(notices) ?? []
  if (list === undefined) throw new Error('THIRD_PARTY_NOTICES.txt: no list of packages')
  const lines = list.trimEnd().split('\n')
  return lines.map((line) => {
    const [, name, version, license] = ENTRY.exec(line) ?? []
    if (name === undefined || license === undefined)
      throw new Error(`THIRD_PARTY_NOTICES.txt: "${line}"; expected "- name version: license"`)
    return { name, version, license }
  })
}

export interface Subject {
  readonly version: string
  /** When the sources were committed: the same sources, the same document. ISO 8601 in UTC, seconds. */
  readonly created: string
}

const NAMESPACE = 'https://github.com/slackwater/slackwater/spdx'
const ROOT = 'SPDXRef-slackwater'

/** SPDX 2.3. @param bundled in order; each version once. */
export function spdxOf({ version, created }: Subject, bundled: readonly Bundled[]): object {
  const packages = bundled.map((one, index) => packageOf(one, `SPDXRef-Package-${index + 1}`))
  const own = packageOf({ name: 'slackwater', version, license: 'Apache-2.0' }, ROOT)
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `slackwater-${version}`,
    documentNamespace: `${NAMESPACE}/${version}`,
    creationInfo: { created, creators: ['Organization: Slackwater', 'Tool: scripts/release/sbom.ts'] },
    packages: [own, ...packages],
    relationships: [
      { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: ROOT },
      ...packages.map(({ SPDXID }) => ({
        spdxElementId: ROOT,
        relationshipType: 'CONTAINS',
        relatedSpdxElement: SPDXID,
      })),
    ],
  }
}

const packageOf = ({ name, version, license }: Bundled, id: string) => ({
  SPDXID: id,
  name,
  ...(version === undefined ? {} : { versionInfo: version }),
  downloadLocation: 'NOASSERTION',
  filesAnalyzed: false,
  licenseConcluded: 'NOASSERTION',
  licenseDeclared: license,
  copyrightText: 'NOASSERTION',
  externalRefs: [
    {
      referenceCategory: 'PACKAGE-MANAGER',
      referenceType: 'purl',
      // Package URL: an @ of a scope is escaped, that before the version is not.
      referenceLocator: `pkg:npm/${name.replace('@', '%40')}${version === undefined ? '' : `@${version}`}`,
    },
  ],
})
