import { refText } from '../core/model/object-ref.ts'
import type { Origin, Provenance } from '../core/model/resolved.ts'

/** Where a number comes from: `annotation … of Service shop/web`, `assumed: AWS default`. */
export function originText({ rank, source }: Origin): string {
  const text = provenanceText(source)
  return rank === 'assumed' ? `assumed: ${text}` : text
}

export function provenanceText(source: Provenance): string {
  switch (source.kind) {
    case 'annotation':
    case 'label':
      return `${source.kind} ${source.key} of ${refText(source.object)}`
    case 'field':
      return `${source.path} of ${refText(source.object)}`
    case 'argument':
      return `argument ${source.name} of ${refText(source.object)}`
    case 'setting':
      return `setting ${source.name}`
    case 'default':
      return `${source.of} default`
    case 'derived':
      return source.text
  }
}
