import type { State } from './lock'

/** As processes of the instance that runs have it. */
export const runningEnvironment = (
  folder: string,
  { databaseUrl, redisUrl, isDemo }: Pick<State, 'redisUrl' | 'isDemo'> & { readonly databaseUrl: string },
): Record<string, string> => ({
  ...(process.env as Record<string, string>),
  NODE_ENV: 'production',
  TENGEN_HOME: folder,
  DATABASE_URL: databaseUrl,
  DEMO: String(isDemo ?? false),
  ...(redisUrl ? { REDIS_URL: redisUrl } : {}),
})
