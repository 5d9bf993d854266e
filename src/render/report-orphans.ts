import type { Report } from '../report/schema.ts'
import { counted, digits } from './counted.ts'
import type { DetailPaper } from './paint.ts'
import { wrap } from './wrap.ts'

/** Workloads listed without details. A choice. */
const SHOWN = 10

/** Hooks that no load balancer needs any more: information, nothing about them is wrong. */
export function drawOrphans({ workloads }: Report, paper: DetailPaper): readonly string[] {
  const { width, paint, details } = paper
  const orphans = workloads.flatMap(({ kind, namespace, name, orphanedHook }) =>
    orphanedHook === undefined ? [] : [{ title: `${kind} ${namespace}/${name}`, cure: orphanedHook.cure }],
  )
  const [first] = orphans
  if (first === undefined) return []
  const shown = details ? orphans : orphans.slice(0, SHOWN)
  const hidden = orphans.length - shown.length
  const head = `Hooks of Slackwater’s that no load balancer needs any more: ${counted(orphans.length, 'workload')}`
  return [
    ...wrap(head, { width, lead: '' }).map(paint.bold),
    ...shown.flatMap(({ title, cure }) => [
      ...wrap(title, { width, lead: '  ' }),
      ...(details ? wrap(cure, { width, lead: '    to remove it: ' }).map(paint.dim) : []),
    ]),
    ...(hidden === 0 ? [] : [paint.dim(`  and ${digits(hidden)} more`)]),
    ...(details ? [] : wrap(first.cure, { width, lead: '  to remove the first: ' }).map(paint.dim)),
  ]
}
