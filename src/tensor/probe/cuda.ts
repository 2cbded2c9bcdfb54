import { posix, win32 } from 'node:path'
import type { Host } from './host.ts'
import type { Look } from './look.ts'

/** Whether CUDA has a device here, as far as files tell. */
export type CudaDevice =
  /** `by` is the file that tells of it. */
  | { readonly is: 'visible'; readonly by: string }
  /** `CUDA_VISIBLE_DEVICES` has this value, and there may be one or not. */
  | { readonly is: 'hidden'; readonly value: string }
  | { readonly is: 'absent' }

export function cudaDevice(look: Look, host: Host): CudaDevice {
  const value = look.env('CUDA_VISIBLE_DEVICES')
  // Of a list, CUDA takes what stands before the first number that names no device.
  if (value !== undefined && (value.trim() === '' || value.trim().startsWith('-1'))) return { is: 'hidden', value }
  const by = deviceFile(look, host)
  return by === undefined ? { is: 'absent' } : { is: 'visible', by }
}

const deviceFile = (look: Look, { platform }: Host): string | undefined => {
  const there = (path: string) => look.kind(path) !== 'absent'
  switch (platform) {
    case 'linux': {
      const device = look.list('/dev').find(name => /^nvidia\d+$/.test(name))
      if (device !== undefined) return `/dev/${device}`
      // A container sees the driver of its host there too; where the driver is installed, this program makes the devices.
      const gpus = '/proc/driver/nvidia/gpus'
      if (look.list(gpus).length > 0 && there('/usr/bin/nvidia-modprobe')) return gpus
      // On WSL every GPU is /dev/dxg; that one is NVIDIA's is told by the driver's library, which Windows lends.
      return there('/dev/dxg') && there('/usr/lib/wsl/lib/libcuda.so.1') ? '/dev/dxg' : undefined
    }
    case 'win32': {
      const driver = win32.join(systemRoot(look), 'System32', 'nvcuda.dll')
      return there(driver) ? driver : undefined
    }
    default:
      return undefined
  }
}

/** Those of these libraries that the system's loader would not find. `folders` are looked in first. */
export function missingLibraries(
  names: readonly string[],
  folders: readonly string[],
  look: Look,
  host: Host,
): string[] {
  const all = [...folders, ...loaderFolders(look, host)]
  const { join } = host.platform === 'win32' ? win32 : posix
  return names.filter(name => !all.some(folder => look.kind(join(folder, name)) !== 'absent'))
}

const loaderFolders = (look: Look, { platform, arch }: Host): string[] => {
  if (platform === 'win32')
    return [...listed(look.env('PATH') ?? look.env('Path'), ';'), `${systemRoot(look)}\\System32`]
  const triple = `${arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`
  const usual = ['/lib', '/usr/lib', '/lib64', '/usr/lib64', `/lib/${triple}`, `/usr/lib/${triple}`, '/usr/lib/wsl/lib']
  return [...listed(look.env('LD_LIBRARY_PATH'), ':'), ...configured(look), ...usual]
}

const systemRoot = (look: Look) => look.env('SystemRoot') ?? 'C:\\Windows'

const listed = (folders: string | undefined, between: string) => (folders ?? '').split(between).filter(Boolean)

/** The folders that ld.so.conf and the files which it usually includes name. */
const configured = (look: Look): string[] => {
  const parts = '/etc/ld.so.conf.d'
  const files = ['/etc/ld.so.conf', ...look.list(parts).map(name => `${parts}/${name}`)]
  return files
    .flatMap(file => (look.text(file) ?? '').split('\n').map(line => line.trim()))
    .filter(line => line.startsWith('/'))
}
