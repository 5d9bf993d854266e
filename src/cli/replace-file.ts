import { promises as fs } from 'node:fs'
import path from 'node:path'

/** Of a file that was there: who may do what. Not that it runs as its owner. */
const PERMISSIONS = 0o777

/** As every program makes files; the process's own mask takes from it. */
const USUAL = 0o666

/**
 * Puts a whole text in a file's place, or leaves the place as it was: it is written beside it, in a folder that nobody
 * else can look into, and renamed. A link of that name is replaced, never written through, a hard one too.
 */
export async function replaceFile(
  target: string,
  text: string,
  former: { readonly mode: number } | undefined,
): Promise<void> {
  const scratch = await fs.mkdtemp(path.join(path.dirname(target), '.slackwater-'))
  try {
    const whole = path.join(scratch, 'whole')
    const handle = await fs.open(whole, 'wx', USUAL)
    try {
      await handle.writeFile(text)
      if (former !== undefined) await handle.chmod(former.mode & PERMISSIONS)
      // Else a machine that goes down could leave an empty file in the place of a whole one.
      await handle.sync()
    } finally {
      await handle.close()
    }
    await fs.rename(whole, target)
  } finally {
    await fs.rm(scratch, { recursive: true, force: true })
  }
}
