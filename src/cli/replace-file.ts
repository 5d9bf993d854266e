import { promises as fs } from 'node:fs'
import path from 'node:path'

/** The permission bits that are kept from a former file; not setuid, setgid or sticky. */
const PERMISSIONS = 0o777

/** The usual mode of a new file; the process's umask reduces it. */
const USUAL = 0o666

/**
 * Replaces a file with a whole text, or leaves the former file as it was: the text is written next to it, in a folder
 * that only this user can access, and renamed. A link of that name is replaced, never written through, including a
 * hard link.
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
      // Otherwise a crash of the machine could leave an empty file in the place of the former one.
      await handle.sync()
    } finally {
      await handle.close()
    }
    await fs.rename(whole, target)
  } finally {
    await fs.rm(scratch, { recursive: true, force: true })
  }
}
