import type { Messages } from './en'

export const sizes: Pick<Messages, 'sizes' | 'usage'> = {
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
  usage: {
    title: '最近 24 小时',
    hint: '每五分钟一个数值',
    none: '还没有数值；代理会在一分钟内发来第一个。',
    noneOf: '{label}：还没有数值。',
    unknown: '未知',
    now: '最近 24 小时的{label}：当前 {value}。',
    most: '最高 {value}，在 {time}。',
    gaps: '其间有 {time} 未知。',
    of: '共 {whole}',
    ofCores: '共 {whole} 核',
    cpuOfDay: 'CPU（24 小时）',
    memoryOfDay: '内存（24 小时）',
    diskOfDay: '磁盘（24 小时）',
    restarts: '24 小时内重启 {count} 次',
    restartsOfUnits: '单元重启 {count} 次',
  },
}
