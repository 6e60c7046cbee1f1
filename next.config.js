/** @type {import('next').NextConfig} */
export default {
  output: 'standalone',
  poweredByHeader: false,
  // The gateway compresses; doing it twice costs a fifth of the pages a second.
  compress: false,
  reactStrictMode: true,
  serverExternalPackages: ['pg', 'bullmq', 'ioredis', 'pino'],
  // Another engineer's checkout or a parent folder with a lock file must not become the root.
  outputFileTracingRoot: import.meta.dirname,
  turbopack: { root: import.meta.dirname },
  // Types are checked by `npm run check`, with the same compiler.
  typescript: { ignoreBuildErrors: true },
  // What the server says of an error names the functions; and the build is a tenth shorter.
  experimental: { serverActions: { bodySizeLimit: '64mb' }, serverMinification: false },
}
