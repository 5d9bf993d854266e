import { Agent as HttpsAgent } from 'node:https'
import {
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Question } from './question.ts'

/** The only file that knows AWS's SDK. It is loaded with the first call, and never while AWS is not asked. */

/** Bytes of one answer. A choice: 20 load balancers take about 30 kB. */
const LONGEST_ANSWER = 4 * 1024 * 1024

/** How a client is made. */
export interface ClientSettings {
  readonly region: string
  /** Of the caller's AWS configuration; absent: AWS_PROFILE or none. */
  readonly profile?: string | undefined
  /** Variables such as HTTPS_PROXY; absent: connects directly. */
  readonly proxy?: Readonly<Record<string, string | undefined>> | undefined
}

/** A client for one Region, with credentials of the SDK's default chain. */
export interface AwsClient {
  /** Gets credentials, or those that it has if they are still good. @throws what the SDK throws. */
  signIn(): Promise<unknown>
  /** One call, tried once. @returns the SDK's output. @throws what the SDK throws. */
  ask(question: Question, signal: AbortSignal): Promise<unknown>
  /** Closes its connections. */
  close(): void
}

const nothing = (): void => undefined

/** What goes wrong is returned. The SDK would print to the console where it has no logger. */
const SILENT = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing }

/** Does not connect. */
export function openClient({ region, profile, proxy }: ClientSettings): AwsClient {
  const client = new ElasticLoadBalancingV2Client({
    region,
    // Whoever asks waits and tries again (connection.ts): the SDK's own attempts would exceed the rate.
    maxAttempts: 1,
    ...(profile === undefined ? {} : { profile }),
    ...(proxy === undefined
      ? {}
      : { requestHandler: { httpsAgent: new HttpsAgent({ keepAlive: true, proxyEnv: proxy }) } }),
    streamCollector: collected,
    logger: SILENT,
  })
  return {
    signIn: () => client.config.credentials(),
    ask: (question, abortSignal) => send(client, question, abortSignal),
    close: () => client.destroy(),
  }
}

function send(
  client: ElasticLoadBalancingV2Client,
  { action, arns, marker: Marker }: Question,
  abortSignal: AbortSignal,
): Promise<unknown> {
  const [arn] = arns
  switch (action) {
    case 'DescribeTargetGroups':
      return client.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [...arns], Marker }), {
        abortSignal,
      })
    case 'DescribeTargetGroupAttributes':
      return client.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: arn }), { abortSignal })
    case 'DescribeLoadBalancers':
      return client.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [...arns], Marker }), {
        abortSignal,
      })
    case 'DescribeLoadBalancerAttributes':
      return client.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn }), { abortSignal })
  }
}

/** The SDK's own collector takes whatever comes. */
async function collected(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    size += chunk.length
    if (size > LONGEST_ANSWER) throw new Error(`an answer of more than ${LONGEST_ANSWER} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
