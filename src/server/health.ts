import fastify from 'fastify'
import type { Metrics } from './metrics.ts'

/** A condition that must be met before Slackwater can answer correctly. */
export interface Part {
  readonly name: string
  readonly isReady: () => boolean
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
    const waiting = parts.filter(({ isReady }) => !isReady()).map(({ name }) => name)
    return reply.code(waiting.length === 0 ? 200 : 503).send({ ready: waiting.length === 0, waiting })
  })
  app.get('/metrics', async (_request, reply) => {
    const { text, contentType } = await metrics.expose()
    return reply.type(contentType).send(text)
  })
  return app
}
