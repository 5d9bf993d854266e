/** Terms that are in no file of a package, and where they were found. */

export interface Stated {
  readonly name: string
  /** As the package states it elsewhere. */
  readonly license: string
  /** Where the package states it, and why it is repeated here. */
  readonly because: string
  readonly text: string
}

/** The MIT license (https://spdx.org/licenses/MIT.html). @param copyright the copyright line. */
const mit = (copyright: string): string => `${copyright}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`

/** Parts of AWS's SDK for JavaScript that come without the file that its other packages have. */
const awsSdk = (name: string): Stated => ({
  name,
  license: 'Apache-2.0',
  because:
    'its package.json says Apache-2.0 and names its author; the repository that it is made from, github.com/aws/aws-sdk-js-v3, has the terms',
  text: `Copyright Amazon.com, Inc. or its affiliates. All Rights Reserved.

Licensed under the Apache License, Version 2.0. Its text is in this file, at @aws-sdk/client-elastic-load-balancing-v2.
`,
})

/** Bundled packages without a file of their terms. */
export const WITHOUT_FILE: readonly Stated[] = [
  awsSdk('@aws-sdk/credential-provider-http'),
  awsSdk('@aws-sdk/credential-provider-login'),
  awsSdk('@aws-sdk/nested-clients'),
  {
    name: 'abstract-logging',
    license: 'MIT',
    because: 'its package.json and its README say MIT and name its author; it has no file of the terms',
    text: mit('Copyright James Sumners'),
  },
]
