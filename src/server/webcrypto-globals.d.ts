import type { webcrypto } from 'node:crypto'

/** Names that the types of @peculiar/x509 expect from the browser's type library, as Node defines them. */
declare global {
  type BufferSource = webcrypto.BufferSource
  type Algorithm = webcrypto.Algorithm
  type AlgorithmIdentifier = webcrypto.AlgorithmIdentifier
  type EcKeyGenParams = webcrypto.EcKeyGenParams
  type EcdsaParams = webcrypto.EcdsaParams
  type EcKeyImportParams = webcrypto.EcKeyImportParams
  type RsaHashedImportParams = webcrypto.RsaHashedImportParams
  type KeyUsage = webcrypto.KeyUsage
  type Crypto = webcrypto.Crypto
  type CryptoKey = webcrypto.CryptoKey
  type CryptoKeyPair = webcrypto.CryptoKeyPair
}
