import packageJson from '../../package.json' with { type: 'json' }
import { EXIT } from '../judgement/exit.ts'
import { jsonText, yamlText } from '../render/document.ts'
import type { Terminal } from '../render/terminal.ts'
import { VERSION_FORMAT, type VersionDocument } from '../result/version-schema.ts'
import { REVISION } from './revision.ts'

/** `slackwater version`. @returns the exit code. */
export function runVersion(output: string, { out }: Pick<Terminal, 'out'>): number {
  const document: VersionDocument = {
    formatVersion: VERSION_FORMAT,
    clientVersion: {
      version: packageJson.version,
      ...(REVISION === undefined ? {} : { gitCommit: REVISION }),
      nodeVersion: process.version,
      platform: platformOf(process),
    },
  }
  if (output === 'json') out(jsonText(document))
  else if (output === 'yaml') out(yamlText(document))
  else out(textOf(document))
  return EXIT.ok
}

function textOf({ clientVersion }: VersionDocument): string {
  const { version, gitCommit, nodeVersion, platform } = clientVersion
  const commit = gitCommit === undefined ? '' : `Commit: ${gitCommit}\n`
  return `Client Version: v${version}\n${commit}Node.js Version: ${nodeVersion}\nPlatform: ${platform}\n`
}

/** Names of Node.js that images and other tools have another word for (Go's GOOS and GOARCH). */
const PLATFORMS: Readonly<Record<string, string>> = { win32: 'windows' }
const PROCESSORS: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' }

const platformOf = ({ platform, arch }: Pick<NodeJS.Process, 'platform' | 'arch'>): string =>
  `${PLATFORMS[platform] ?? platform}/${PROCESSORS[arch] ?? arch}`
