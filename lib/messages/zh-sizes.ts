import type { Messages } from './en'

export const sizes: Pick<Messages, 'sizes'> = {
  sizes: {
    title: '规格限制',
    by: {
      cgroup2: '由控制组限制',
      cgroup1: '由控制组（第 1 版）限制',
      systemd: '由 systemd 作用域内的控制组限制',
      none: '未强制：单元可能超出预留。',
    },
    notHeld: '未强制',
    unlimited: '不限',
    cores: '核',
    packageSays: '留空：{size}，以软件包为准。',
    packageSaysNothing: '留空：不限，以软件包为准。',
    cpuRule: '核数，至少 0.01，例如 0.25。',
    memoryRule: 'MiB 的整数，至少 4。',
    resizeHelp: '立即生效，无需重启。低于单元当前内存用量的值会被拒绝。',
  },
}
