import fastify from 'fastify'
import type { Metrics } from './metrics.ts'

/** A condition that must be met before Slackwater can answer correctly. */
export interface Part {
  readonly name: string
  readonly isReady: () => boolean
  /** The cause while it is not met, if known. */
  readonly problem?: () => string | undefined
}

interface HealthOptions {
  readonly parts: readonly Part[]
  readonly metrics: Metrics
}

/** Probes and metrics on plain HTTP, separate from the webhook; it does not listen. */
export function buildHealth({ parts, metrics }: HealthOptions) {
  const app = fastify({ logger: false, forceCloseConnections: true, return503OnClosing: false })
  app.get('/healthz', (_request, reply) => reply.send({ ok: true }))
  app.get('/readyz', (_request, reply) => {
    const unmet = parts.filter(({ isReady }) => !isReady())
    const waiting = unmet.map(({ name }) => name)
    const problems = [...new Set(unmet.flatMap(({ problem }) => problem?.() ?? []))]
    const ready = waiting.length === 0
    return reply
      .code(ready ? 200 : 503)
      .send({ ready, waiting, ...(problems.length === 0 ? {} : { problems }) })
  })
  app.get('/metrics', async (_request, reply) => {
    const { text, contentType } = await metrics.expose()
    return reply.type(contentType).send(text)
  })
  return app
}
