import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
};

/** The content security policy of the real window, so that what would break there breaks here. */
function policy(): string {
  const config = fileURLToPath(new URL('../../tauri.conf.json', import.meta.url));
  const { csp } = (JSON.parse(readFileSync(config, 'utf8')) as { app: { security: { csp: Record<string, string> } } })
    .app.security;
  return Object.entries(csp)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}

/** Serves a folder on a free port of this machine; answers with its address and how to stop. */
export async function serve(folder: string): Promise<{ address: string; stop: () => void }> {
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
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: () => server.close(),
  };
}
