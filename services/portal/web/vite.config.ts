import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

/** write-excel-file zips in workers made from blobs, which the CSP does not allow: it gets a zip without them. */
const zipWithoutWorkers: Plugin = {
  name: 'zip-without-workers',
  enforce: 'pre',
  resolveId: (source, importer) =>
    source === 'fflate' && importer?.includes('write-excel-file')
      ? fileURLToPath(new URL('./src/lib/zip.ts', import.meta.url))
      : null,
};

// Everything is a file of our own origin: nothing is inlined, so that the CSP needs neither 'unsafe-inline' nor data: or
// blob: sources. Hashed names are cached for ever by the back end.
export default defineConfig({
  plugins: [zipWithoutWorkers, react()],
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: true,
    sourcemap: false,
    chunkSizeWarningLimit: 700,
  },
  server: {
    port: 5173,
    proxy: Object.fromEntries(
      ['/api', '/auth', '/files'].map((path) => [
        path,
        { target: 'https://localhost:8443', secure: false, changeOrigin: false },
      ]),
    ),
  },
});
