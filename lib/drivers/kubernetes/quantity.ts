const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

const pattern = /^([+-]?\d*\.?\d+(?:[eE][+-]?\d+)?)(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/

/** A quantity of Kubernetes (`250m`, `16Gi`, `1e3`) as a number; what is none counts as nothing. */
export function quantity(text: string | number | undefined): number {
  const match = pattern.exec(String(text ?? ''))
  return match ? Number(match[1]) * (factors[match[2] ?? ''] ?? 1) : 0
}

export const cpuMillis = (text: string | undefined): number => Math.round(quantity(text) * 1000)
export const mebibytes = (text: string | undefined): number => Math.floor(quantity(text) / 2 ** 20)
