import { mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { controllerLog } from './plane/controller-log.ts'
import type { Played } from './plane/laboratory.ts'
import { reportOf } from './plane/ledger.ts'
import type { Truth } from './plane/played.ts'
import { Random } from './plane/random.ts'
import type { Written } from './story.ts'

/**
 * Writes all that a play leaves behind.
 *
 * @param isTimestamped the controller's log as `kubectl logs --timestamps` prints it.
 * @throws where the folder already has a play: two of them would be read as one.
 */
export async function writePlayed(
  { truth, log, account }: Played,
  folder: string,
  isTimestamped = true,
): Promise<Written> {
  await mkdir(folder, { recursive: true })
  if ((await readdir(folder)).includes('AWSLogs'))
    throw new Error(`${folder} has access logs of another play: name another folder, or delete it`)
  const keys = await log.write(folder, account, new Random(truth.options.seed))
  await writeFile(path.join(folder, 'lbc.log'), controllerLog(truth, isTimestamped))
  await writeFile(path.join(folder, 'report.json'), documentText(reportOf(truth)))
  await writeFile(path.join(folder, 'truth.json'), documentText(truthDocument(truth)))
  return { folder, files: keys.length }
}

const documentText = (document: unknown): string => `${JSON.stringify(document, null, 2)}\n`

const time = (at: number): string => new Date(at).toISOString()

/** Times in RFC 3339, the rest as it was played. */
const truthDocument = ({ options, loadBalancer, targetGroup, pods, lastRequest, lost, ...rest }: Truth) => ({
  options: { ...options, begin: time(options.begin) },
  loadBalancer,
  targetGroup,
  requests: rest.requests,
  applicationErrors: rest.applicationErrors,
  departures: pods.flatMap(({ name, ip, leaving }) => {
    if (leaving === undefined) return []
    const last = lastRequest.get(name)
    return [
      {
        pod: name,
        ip,
        deleted: time(leaving.deleted),
        deregistered: time(leaving.deregistered),
        sigterm: time(leaving.sigterm),
        gone: time(leaving.gone),
        ...(last === undefined ? {} : { lastRequest: time(last) }),
      },
    ]
  }),
  lost: lost.map(({ at, answered, node, ...loss }) => ({
    at: time(at),
    answered: time(answered),
    node,
    ...loss,
  })),
})
