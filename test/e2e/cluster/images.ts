import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { buildProgram, CACHE, isInstalled } from './parts.ts'

/** Images without a registry: one static program each, no shell, as an OCI archive that containerd imports. */

export const SANDBOX_IMAGE = 'example.com/e2e/pause:1'
export const SERVER_IMAGE = 'example.com/e2e/server:1'

const IMAGES = [
  { name: SANDBOX_IMAGE, program: 'pause' },
  { name: SERVER_IMAGE, program: 'server' },
] as const

const SOURCES = path.resolve(import.meta.dirname, '..', 'images')

type Image = (typeof IMAGES)[number]

/** @returns the archives. */
export const buildImages = (folder: string): readonly string[] =>
  IMAGES.map((image) => buildImage(folder, image))

function buildImage(folder: string, { name, program }: Image): string {
  const built = path.join(CACHE, 'images', program)
  buildProgram(path.join(SOURCES, program, `${program}.go`), built)
  const root = path.join(folder, program, 'root')
  mkdirSync(root, { recursive: true })
  copyFileSync(built, path.join(root, 'program'))
  return archiveOf(path.join(folder, program), { name, layers: [root], config: { Entrypoint: ['/program'] } })
}

/** What this machine lacks for the image of the tests' Pods, in words; empty: nothing. */
export const lackingForImage = (): readonly string[] =>
  isInstalled('go') || isInstalled('docker') ? [] : ['the image of the Pods is built with go or docker']

/** @returns an archive of the image of the tests' Pods. */
export function serverArchive(folder: string): string {
  const [, server] = IMAGES
  if (isInstalled('go')) return buildImage(folder, server)
  const archive = path.join(folder, 'server.tar')
  const docker = (...args: readonly string[]): void =>
    void execFileSync('docker', args, { stdio: ['ignore', 'ignore', 'inherit'] })
  docker('build', '--tag', server.name, path.join(SOURCES, server.program))
  docker('save', '--output', archive, server.name)
  return archive
}

export interface ImageContent {
  readonly name: string
  /** Folders whose contents lie one above the other. */
  readonly layers: readonly string[]
  /** As the OCI image specification has it: Entrypoint, User, Env. */
  readonly config: Readonly<Record<string, unknown>>
}

/** Nothing in it tells when, where and by whom it was packed. */
const PLAIN = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner']

const tar = (archive: string, folder: string, ...names: readonly string[]): void =>
  void execFileSync('tar', ['--create', '--file', archive, ...PLAIN, '--directory', folder, ...names])

const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')

/**
 * The layout of the OCI image specification: blobs by their hash, and an index that names the image. `manifest.json`
 * says the same to those who read what `docker save` writes.
 * @param folder for what is between; the archive is beside it.
 */
export function archiveOf(folder: string, { name, layers: folders, config: run }: ImageContent): string {
  const blobs = path.join(folder, 'blobs', 'sha256')
  mkdirSync(blobs, { recursive: true })
  const blob = (file: string, mediaType: string) => {
    const digest = sha256(file)
    copyFileSync(file, path.join(blobs, digest))
    return { mediaType, digest: `sha256:${digest}`, size: statSync(file).size }
  }
  const document = (content: unknown, mediaType: string) => {
    const file = path.join(folder, 'document.json')
    writeFileSync(file, JSON.stringify(content))
    return blob(file, mediaType)
  }
  const layers = folders.map((root) => {
    const layer = path.join(folder, 'layer.tar')
    tar(layer, root, '.')
    return blob(layer, 'application/vnd.oci.image.layer.v1.tar')
  })
  const config = document(
    {
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: run,
      rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    },
    'application/vnd.oci.image.config.v1+json',
  )
  const manifest = document(
    { schemaVersion: 2, config, layers },
    'application/vnd.oci.image.manifest.v1+json',
  )
  const annotations = { 'io.containerd.image.name': name }
  const write = (file: string, content: unknown): void =>
    writeFileSync(path.join(folder, file), JSON.stringify(content))
  write('index.json', { schemaVersion: 2, manifests: [{ ...manifest, annotations }] })
  write('oci-layout', { imageLayoutVersion: '1.0.0' })
  const at = ({ digest }: { readonly digest: string }): string => digest.replace('sha256:', 'blobs/sha256/')
  write('manifest.json', [{ Config: at(config), RepoTags: [name], Layers: layers.map(at) }])
  const archive = `${folder}.tar`
  tar(archive, folder, 'oci-layout', 'index.json', 'manifest.json', 'blobs')
  return archive
}
