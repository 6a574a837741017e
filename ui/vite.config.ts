import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [svelte()],
  resolve: {
    alias: {
      $shared: at('./src/shared'),
      $domain: at('./src/domain'),
      $views: at('./src/views'),
      $backend: at('./src/backend'),
      $generated: at('./src/generated'),
    },
    // Vitest resolves like a server unless told otherwise; component tests need the browser build.
    ...(process.env['VITEST'] ? { conditions: ['browser'] } : {}),
  },
  clearScreen: false,
  build: {
    target: 'es2022',
    // Nothing is inlined as data:, so the content security policy can stay at 'self'.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      output: {
        // What the window starts with is one file, not one for each part that a later screen shares with it.
        codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] },
      },
    },
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'components',
          globals: true,
          environment: 'jsdom',
          setupFiles: ['./src/test/setup.ts'],
          include: ['src/**/*.test.ts'],
          // A busy machine is slow; no test here measures time.
          testTimeout: 60_000,
          css: { include: [/tokens\.css/] },
        },
      },
      {
        extends: true,
        test: {
          // The whole UI in Chromium, under the app's content security policy.
          name: 'screens',
          environment: 'node',
          globalSetup: ['./tests/build.ts'],
          include: ['tests/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
