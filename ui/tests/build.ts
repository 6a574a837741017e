import { build } from 'vite';

/** Builds the UI with its fake backend, once for all screens. */
export default async function setup() {
  await build({ mode: 'browser', logLevel: 'warn', build: { outDir: 'dist-browser' } });
}
