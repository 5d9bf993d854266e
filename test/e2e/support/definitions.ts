import path from 'node:path'
import { definitionFiles, type Publisher } from '../cluster/tools.ts'
import { kubectl, kubectlOk } from './kubectl.ts'
import { waitFor } from './slackwater.ts'

/**
 * Makes the kinds of other projects known to the cluster, by their real definitions.
 * @returns what takes out again those that were not there before.
 */
export async function addDefinitions(...publishers: readonly Publisher[]): Promise<() => Promise<void>> {
  const missing = await missingOf(publishers.flatMap(definitionFiles))
  for (const file of missing) await kubectlOk(['apply', '--server-side', '-f', file])
  await kubectlOk(['wait', '--for=condition=Established', '--timeout=180s', 'crd', '--all'])
  return async () => {
    for (const file of missing) await kubectl(['delete', '-f', file, '--ignore-not-found', '--wait'])
    const isForgotten = async () => (await knownOf(missing)).length === 0 || undefined
    await waitFor(isForgotten, 180_000, 'the end of the kinds')
  }
}

/** Of those files that define what the cluster does not know. */
async function missingOf(files: readonly string[]): Promise<readonly string[]> {
  const known = await knownOf(files)
  return files.filter((file) => !known.includes(file))
}

/** `…/cert-manager.io_issuers.yaml` defines `issuers.cert-manager.io`. */
const nameIn = (file: string): string => path.basename(file, '.yaml').split('_').toReversed().join('.')

async function knownOf(files: readonly string[]): Promise<readonly string[]> {
  const { out } = await kubectl(['api-resources', '-o', 'name', '--cached=false'])
  const names = new Set(out.split('\n'))
  return files.filter((file) => names.has(nameIn(file)))
}
