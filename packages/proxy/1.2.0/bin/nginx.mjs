// nginx, where the machine has it: this process writes its configuration and passes signals on.
import { execFileSync, spawn } from 'node:child_process'
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { nobody, stateOf, statePath } from './state.mjs'

const folder = path.join(process.env.TENGEN_UNIT_DIR, 'nginx')
const file = path.join(folder, 'nginx.conf')
const places = ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin', '/usr/local/nginx/sbin', '/opt/nginx/sbin']

export function findNginx() {
  return places
    .map((place) => path.join(place, 'nginx'))
    .find((program) => {
      try {
        accessSync(program, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

/** Names and addresses come from elsewhere: what could be more than one word of the configuration is left out. */
const isWord = (text) => /^[a-zA-Z0-9.:[\]-]+$/.test(text)
/** Routes hold no quotes, no braces and no backslashes in their paths; what does is left out. */
const isPath = (text) => /^\/[^"\\{};\s]*$/.test(text)
/** A star of nginx stands for any number of labels, and one of a route for one. */
const nameOf = (host) => (host.startsWith('*.') ? `~^[^.]+\\.${host.slice(2).replaceAll('.', '\\.')}$` : host)

/** A path and all below it are two places for nginx: `/api` must not take `/apis`. */
function locationsOf({ path, match, index }) {
  const to = (words) => `    location ${words} {
      proxy_pass http://service_${index};
    }`
  if (match === 'exact') return to(`= "${path}"`)
  return path.endsWith('/') ? to(`^~ "${path}"`) : [to(`= "${path}"`), to(`^~ "${path}/"`)].join('\n')
}

function locationsFor(places) {
  const rest = places.some(({ path }) => path === '/') ? [] : [`    location / {\n      return 404 "${nobody}\\n";\n    }`]
  return [...places.map(locationsOf), ...rest].join('\n')
}

const addressOf = ({ host, port }) => `${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${Number(port)}`

/** Pure: the whole configuration for what the relations say. */
export function configurationOf({ hosts, digest }, { listen, folder: at }) {
  const served = [...hosts]
    .filter(([host]) => isWord(host.replace(/^\*\./, '')))
    .flatMap(([host, places]) => places.map((place) => ({ ...place, host, endpoints: place.endpoints.filter((end) => isWord(end.host)) })))
    .filter(({ path, endpoints }) => isPath(path) && endpoints.length > 0)
    .map((place, index) => ({ ...place, index }))
  const upstreams = served.map(
    ({ endpoints, index }) => `  upstream service_${index} {
${endpoints.map((end) => `    server ${addressOf(end)} max_fails=1 fail_timeout=2s;`).join('\n')}
    keepalive 32;
  }`,
  )
  const servers = [...new Set(served.map(({ host }) => host))].map(
    (host) => `  server {
    listen ${listen};
    server_name ${nameOf(host)};
${locationsFor(served.filter((place) => place.host === host))}
  }`,
  )
  return `pid ${at}/nginx.pid;
error_log stderr warn;
worker_processes 1;
events {
  worker_connections 4096;
}
http {
  access_log off;
  server_tokens off;
  server_names_hash_bucket_size 256;
  client_max_body_size 0;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${at}/${kind};`).join('\n  ')}
  map $http_upgrade $tengen_connection {
    default upgrade;
    '' '';
  }
  map $http_x_forwarded_proto $tengen_proto {
    default $http_x_forwarded_proto;
    '' $scheme;
  }
  proxy_http_version 1.1;
  proxy_buffering off;
  proxy_request_buffering off;
  proxy_connect_timeout 3s;
  proxy_read_timeout 1h;
  proxy_next_upstream error;
  proxy_set_header Host $http_host;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $tengen_connection;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  proxy_set_header X-Forwarded-Host $http_host;
  proxy_set_header X-Forwarded-Proto $tengen_proto;
${upstreams.join('\n')}
  server {
    listen ${listen} default_server;
    default_type text/plain;
    location = ${statePath} {
      return 200 '${stateOf({ digest }, 'nginx')}';
    }
    location / {
      return 404 "${nobody}\\n";
    }
  }
${servers.join('\n')}
}
`
}

/** Undefined where this nginx cannot do it; why stands in the output. */
export async function startNginx(program, first, at) {
  mkdirSync(folder, { recursive: true })
  const write = (table) => writeFileSync(file, configurationOf(table, { folder, listen: addressOf(at) }))
  write(first)
  try {
    execFileSync(program, ['-q', '-t', '-c', file], { stdio: ['ignore', 'inherit', 'inherit'] })
  } catch {
    return undefined
  }
  const child = spawn(program, ['-c', file, '-g', 'daemon off;'], { stdio: ['ignore', 'inherit', 'inherit'] })
  child.once('error', (error) => exit(`nginx could not be started: ${error.message}`))
  child.once('exit', (code, signal) => exit(`nginx ended with ${code ?? signal}`, code ?? 1))
  return {
    change(next) {
      write(next)
      child.kill('SIGHUP')
    },
    // It answers what is under way first.
    stop: () => void child.kill('SIGQUIT'),
  }
}

function exit(says, code = 1) {
  console.log(says)
  process.exit(code)
}
