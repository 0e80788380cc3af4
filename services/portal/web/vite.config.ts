import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// Everything is a file of our own origin: nothing is inlined, so that the CSP needs neither 'unsafe-inline' nor data: or
// blob: sources. Hashed names are cached for ever by the back end.
export default defineConfig({
  plugins: [react()],
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
