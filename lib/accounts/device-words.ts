/** In their order: most browsers also call themselves what they are not. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\b(?:OPR|Opera)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bMicroMessenger\//, 'WeChat'],
  [/\b(?:Lark|Feishu)\//, 'Feishu'],
  [/\bDingTalk\//, 'DingTalk'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:HeadlessChrome|Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bVersion\/.*Safari\//, 'Safari'],
  [/^curl\//, 'curl'],
]
const systems: readonly (readonly [RegExp, string])[] = [
  [/\biPad\b/, 'iPad'],
  [/\biPhone\b/, 'iPhone'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b|\bX11\b/, 'Linux'],
]

const nameIn = (agent: string, table: typeof browsers): string | null => table.find(([pattern]) => pattern.test(agent))?.[1] ?? null

/** What people call it: browser and system, as far as the User-Agent says. */
export const deviceOf = (agent: string | null): { browser: string | null; system: string | null } => ({
  browser: nameIn(agent ?? '', browsers),
  system: nameIn(agent ?? '', systems),
})
