// How the browser side is built: entries, targets, the licence file, and texts that libraries left untranslatable.
import { defineConfig } from 'vite';
import { readdirSync } from 'node:fs';

const scripts = { app: 'src/app.js', viewer: 'src/viewer.js', form: 'src/form.js' };
// tokens and shared belong to the entry "app"; fields and diagram to their islands.
const own = ['tokens', 'shared', 'fields', 'diagram'];
const sheets = Object.fromEntries(
  readdirSync('styles').map(file => file.replace(/\.css$/, '')).filter(name => !own.includes(name))
    .map(name => [name, `styles/${name}.css`])
);

// [file, old, new]: literals that the form viewer 2.0.0 does not pass through `translate`. The build fails when one is
// gone, so that an update cannot silently bring the English back.
const literals = [
  [/form-js-viewer\/dist\/index\.es\.js$/, 'children: "Browse"', 'children: translate(\'Browse\')'],
  [/form-js-viewer\/dist\/index\.es\.js$/, 'placeholder: \'Search\',', 'placeholder: useService(\'translate\')(\'Search\'),'],
  [/form-js-viewer\/dist\/index\.es\.js$/, '"aria-label": `Remove list item ${itemIndex + 1}`,', '"aria-label": useService(\'translate\')(\'Remove list item {n}\', { n: String(itemIndex + 1) }),'],
  [/form-js-viewer\/dist\/index\.es\.js$/, 'placeholder: getLocaleReadableDateFormat(),', 'placeholder: [\'yyyy\', \'mm\', \'dd\'].reduce((format, part) => format.replace(part, useService(\'translate\')(part)), getLocaleReadableDateFormat()),']
];

function translated() {
  const used = new Set();
  return {
    name: 'translated',
    transform(code, id) {
      let changed = code;
      for (const [index, [file, old, replacement]] of literals.entries()) {
        if (!file.test(id)) continue;
        if (changed.split(old).length !== 2) throw new Error(`Literal not found exactly once in ${id}: ${old}`);
        changed = changed.replace(old, () => replacement);
        used.add(index);
      }
      return changed === code ? null : { code: changed, map: null };
    },
    buildEnd(error) {
      if (!error && used.size !== literals.length) throw new Error('A patched library file is no longer part of the bundle.');
    }
  };
}

export default defineConfig({
  base: '/static/dist/',
  publicDir: false,
  logLevel: 'warn',
  plugins: [translated()],
  build: {
    outDir: '../static/dist',
    emptyOutDir: true,
    manifest: true,
    license: true,
    target: 'chrome100',
    cssTarget: 'chrome100', // compiles light-dark() away: desktops of public bodies run older kernels
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // nothing inline: img-src and font-src stay 'self'
    chunkSizeWarningLimit: 700,
    rollupOptions: { input: { ...scripts, ...sheets } }
  }
});
