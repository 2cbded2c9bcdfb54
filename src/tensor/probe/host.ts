/** What a process knows of its machine without looking at anything. */
export interface Host {
  readonly platform: NodeJS.Platform
  /** Of the processor, as Node names it. */
  readonly arch: string
  /** Node's version: `20.11.1`. */
  readonly node: string
}

export const thisHost = (): Host => ({
  platform: process.platform,
  arch: process.arch,
  node: process.versions.node,
})
