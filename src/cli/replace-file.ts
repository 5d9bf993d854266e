import { promises as fs } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import path from 'node:path'

/** The permission bits that are kept from a former file; not setuid, setgid or sticky. */
const PERMISSIONS = 0o777

/** The usual mode of a new file; the process's umask reduces it. */
const USUAL = 0o666

/** A text, or the bytes of another file. */
export type FileContent = string | { readonly copyOf: string }

/** Of a file in whose place another is put. */
interface Former {
  readonly mode: number
  readonly uid?: number
  readonly gid?: number
}

/**
 * Replaces a file with a whole one, or leaves the former file as it was: the new one is written next to it, in a folder
 * that only this user can access, and renamed. A link of that name is replaced, never written through, including a
 * hard link.
 */
export async function replaceFile(
  target: string,
  content: FileContent,
  former: Former | undefined,
): Promise<void> {
  const scratch = await fs.mkdtemp(path.join(path.dirname(target), '.slackwater-'))
  try {
    const whole = path.join(scratch, 'whole')
    // The system copies a file of any size without reading it into memory.
    if (typeof content !== 'string') await fs.copyFile(content.copyOf, whole)
    const handle = await fs.open(whole, typeof content === 'string' ? 'wx' : 'r+', USUAL)
    try {
      if (typeof content === 'string') await handle.writeFile(content)
      if (former !== undefined) await keepOwner(handle, former)
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

/** Only root may give a file to somebody else; for others it becomes their own, as with any editor. */
async function keepOwner(handle: FileHandle, { uid, gid }: Former): Promise<void> {
  const { uid: ownUid, gid: ownGid } = await handle.stat()
  if (uid === undefined || gid === undefined || (uid === ownUid && gid === ownGid)) return
  await handle.chown(uid, gid).catch(() => undefined)
}
