const round = (value: number) => (value >= 10 ? Math.round(value) : Math.round(value * 10) / 10)

export const formatMib = (mib: number) =>
  mib >= 1024 * 1024 ? `${round(mib / 1024 / 1024)} TiB` : mib >= 1024 ? `${round(mib / 1024)} GiB` : `${Math.round(mib)} MiB`
export const formatBytes = (bytes: number) =>
  bytes >= 1024 * 1024 ? formatMib(bytes / 1024 / 1024) : bytes >= 1024 ? `${round(bytes / 1024)} KiB` : `${bytes} B`
export const cores = (cpuMillis: number) => String(cpuMillis >= 10_000 ? Math.round(cpuMillis / 1000) : Math.round(cpuMillis / 10) / 100)
