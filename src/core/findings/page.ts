import type { FindingId } from './catalogue.ts'

/** The home of the project; package.json has the same, and a test compares them. */
export const HOME = 'https://github.com/slackwater/slackwater'

/** The page of a finding: what it means, what happens, what to do. */
export const findingPage = (id: FindingId): string => `${HOME}/blob/main/docs/findings/${id}.md`
