import { LARGEST_INPUT } from '../manifests/paths.ts'
import { readStream } from '../manifests/read-file.ts'

/** All of standard input as text; throws if it is not UTF-8, or larger than the limit for files. */
export const readStandardInput = (stream: AsyncIterable<Uint8Array>): Promise<string> =>
  readStream(stream, LARGEST_INPUT)
