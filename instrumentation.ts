/** Runs once when the web process starts. */
export async function register(): Promise<void> {
  // biome-ignore lint/style/noProcessEnv: Next sets it at build time, to keep this out of its other runtime.
  if (process.env.NEXT_RUNTIME === 'nodejs') (await import('@/lib/drain')).drainOnTerm()
}
