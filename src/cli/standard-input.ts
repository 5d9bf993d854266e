import { LARGEST_INPUT } from '../manifests/paths.ts'
import { readStream } from '../manifests/read-file.ts'

/** All of standard input as text; throws where it is no UTF-8, or more than is read of files. */
export const readStandardInput = (stream: AsyncIterable<Uint8Array>): Promise<string> =>
  readStream(stream, LARGEST_INPUT)
