import { NAMESPACE, replicas } from './installation.ts'
import { kubectl } from './kubectl.ts'
import { waitFor } from './slackwater.ts'

/** Nobody who is well takes so long, also not a leader of new settings that asks AWS. Milliseconds. */
const LONG = 180_000

interface Candidate {
  readonly value: number
  readonly origin: { readonly rank: string; readonly source: { readonly kind: string; readonly n?: number } }
}

/** As much of `report -o json` as the cases look at. */
interface Reported {
  readonly unreadable: readonly { readonly object: string }[]
  readonly workloads: readonly {
    readonly findings: readonly { readonly id: string }[]
    readonly budget?: {
      readonly perExposure: readonly {
        readonly terms: Readonly<Record<string, Candidate & { readonly alternatives: readonly Candidate[] }>>
      }[]
    }
  }[]
}

/** Asks each replica itself: whichever answers the next admission must know the same. */
export async function reports(...about: readonly string[]): Promise<readonly Reported[]> {
  const ask = async (pod: string) => {
    const command = ['slackwater', 'report', ...about, '-o', 'json']
    const { out } = await kubectl(['exec', pod, '-n', NAMESPACE, '--', ...command])
    return out === '' ? [] : [JSON.parse(out) as Reported]
  }
  return (await Promise.all((await replicas()).map(ask))).flat()
}

const termIn = (report: Reported, name: string) => report.workloads[0]?.budget?.perExposure[0]?.terms[name]

/** Until both replicas take a term from there. @returns it, of the first. */
export async function everyReplica(namespace: string, name: string, kind: string) {
  const ask = async () => {
    const terms = (await reports('-n', namespace)).map((report) => termIn(report, name))
    return terms.length === 2 && terms.every((term) => term?.origin.source.kind === kind)
      ? terms[0]
      : undefined
  }
  return await waitFor(ask, LONG, `${name} from ${kind} in both replicas`)
}
