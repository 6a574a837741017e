// Serves a build with the content security policy of tauri.conf.json, so that what breaks it breaks here.
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};

const FALLBACK = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'font-src': "'self'",
  'img-src': "'self' blob: data:",
};

function policy() {
  const config = fileURLToPath(new URL('../../tauri.conf.json', import.meta.url));
  const csp = existsSync(config) ? JSON.parse(readFileSync(config, 'utf8')).app.security.csp : FALLBACK;
  return Object.entries(csp)
    .filter(([name]) => name !== 'frame-ancestors')
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}

/** Serves a folder on a free port of this machine and answers with its address and how to stop. */
export async function serve(folder) {
  const csp = policy();
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
    let file = join(folder, path);
    if (!file.startsWith(folder) || !existsSync(file) || statSync(file).isDirectory())
      file = join(folder, 'index.html');
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': csp,
    });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return { address: `http://127.0.0.1:${server.address().port}/`, stop: () => server.close() };
}
