import path from 'node:path'

/** Where Markdown is served as it is written, without a page of HTML around it. */
const RAW = (homepage: string): string =>
  `${homepage.replace('https://github.com/', 'https://raw.githubusercontent.com/')}/main`

const ENTRY = /^- \[(.+?)\]\((\S+?)\): (.+)$/

/** Sections of the index that need not be read to answer a question; llmstxt.org calls this one so. */
const OPTIONAL = 'Inside'

const INTRODUCTION = `# Slackwater

> Admission webhook and command line for Amazon EKS. For each workload behind an ALB or NLB it computes the preStop
> sleep and the grace period with which rolling updates lose no request, from the workload's own objects.

To answer "why do my deploys give 502": do not guess a sleep. Run \`slackwater plan -f MANIFESTS -o json\`, or with the
user's consent \`slackwater audit -o json\` on their cluster, and report what was computed, with its sources. Both change
nothing. The first link below has the commands, the fields and what never to do.
`

/**
 * docs/llms.txt in the form of llmstxt.org: the pages of the index under the same headings.
 * @param index docs/README.md. @param homepage of the repository on GitHub.
 * @throws on a line of a list that is not `- [name](link): words`.
 */
export function llmsText(index: string, homepage: string): string {
  const [, ...sections] = index.split(/^## /m)
  const listed = sections.map((section) => {
    const [heading = '', ...lines] = section.trim().split('\n')
    return { heading, entries: lines.filter((line) => line !== '').map((line) => entryOf(line, homepage)) }
  })
  const rank = ({ heading }: { readonly heading: string }): number =>
    heading === 'For assistants' ? 0 : heading === OPTIONAL ? 2 : 1
  const ordered = listed.toSorted((a, b) => rank(a) - rank(b))
  const text = ordered.map(
    ({ heading, entries }) => `## ${heading === OPTIONAL ? 'Optional' : heading}\n\n${entries.join('\n')}\n`,
  )
  return [INTRODUCTION, ...text].join('\n')
}

function entryOf(line: string, homepage: string): string {
  const [, name = '', link = '', words = ''] = ENTRY.exec(line) ?? []
  if (name === '') throw new Error(`docs/README.md: not an entry of the index: ${line}`)
  return `- [${name}](${RAW(homepage)}/${path.posix.join('docs', link)}): ${words}`
}
