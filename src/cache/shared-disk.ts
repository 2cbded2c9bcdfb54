import { statfsSync } from 'node:fs'

/** Magic numbers of file systems that several machines may have mounted at once (statfs(2)). */
const network: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0xff534d42, // CIFS
  0xfe534d42, // SMB 2
  0x517b, // SMB
  0x01021997, // 9p
  0x65735546, // FUSE: sshfs, virtiofs, and what a host shares with its virtual machines
  0x5346414f, // AFS
  0x00c36400, // Ceph
  0x0bd00bd0, // Lustre
  0x47504653, // GPFS
  0x01161970, // GFS2
  0x7461636f, // OCFS2
])

/** Whether the disk of a folder may be in use by other machines. What cannot be told counts as shared. */
export const sharedDisk = (folder: string): boolean => {
  try {
    return network.has(statfsSync(folder).type >>> 0)
  } catch {
    return true
  }
}
