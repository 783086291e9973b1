// How the browser side is built: entries, targets and the licence file.
import { defineConfig } from 'vite';
import { readdirSync } from 'node:fs';

const scripts = { app: 'src/app.js', viewer: 'src/viewer.js', form: 'src/form.js' };
// tokens and shared belong to the entry "app"; form-js and diagram styles to their islands.
const own = ['tokens', 'shared', 'fields', 'diagram'];
const sheets = Object.fromEntries(
  readdirSync('styles').map(file => file.replace(/\.css$/, '')).filter(name => !own.includes(name))
    .map(name => [name, `styles/${name}.css`])
);

export default defineConfig({
  base: '/static/dist/',
  publicDir: false,
  logLevel: 'warn',
  build: {
    outDir: '../static/dist',
    emptyOutDir: true,
    manifest: true,
    license: true,
    target: 'chrome100',
    cssTarget: 'chrome100', // compiles light-dark() away: desktops of public bodies run older kernels
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // nothing inline: img-src and font-src stay 'self'
    rollupOptions: { input: { ...scripts, ...sheets } }
  }
});
