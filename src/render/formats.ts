import type { Result } from '../result/result.ts'

type Renderer = (result: Result) => string

/** The formats that show a result, one renderer each, loaded when it is asked for. */
const RENDERERS: Readonly<Record<string, () => Promise<Renderer>>> = {
  github: async () => {
    const { github } = await import('./github.ts')
    return github
  },
  html: async () => {
    const { htmlPage } = await import('./html/page.ts')
    return htmlPage
  },
  junit: async () => {
    const { junit } = await import('./junit.ts')
    return junit
  },
  sarif: async () => {
    const { sarif } = await import('./sarif.ts')
    return sarif
  },
}

/** Of every command, which renders them itself. */
export const DOCUMENTS = ['text', 'json', 'yaml'] as const

/** What `-o` takes for a command that has a result. */
export const FORMATS: readonly string[] = [...DOCUMENTS, ...Object.keys(RENDERERS)]

/** @param format one of `FORMATS` that no command renders itself. @throws for any other. */
export async function renderResult(format: string, result: Result): Promise<string> {
  const load = RENDERERS[format]
  if (load === undefined) throw new Error(`no renderer for ${format}`)
  return (await load())(result)
}
