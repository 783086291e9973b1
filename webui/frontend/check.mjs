// What must hold of the built files: size budgets, licence texts, one diagram-js, complete Chinese for form viewer and drawing board.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const dist = '../static/dist/';
const kilobytes = { app: 20, viewer: 80, form: 180, modeler: 500, version: 180, compare: 120, studio_dmn: 420, studio_form: 460 }; // gzip, scripts of the entry with all that it imports
const problems = [];

if (!existsSync(`${dist}.vite/manifest.json`)) {
  console.error('Nothing is built: run `make web` first.');
  process.exit(1);
}
const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8'));

const files = key => [manifest[key].file, ...(manifest[key].imports ?? []).flatMap(files)];
for (const [name, limit] of Object.entries(kilobytes)) {
  const own = new Set(files(`src/${name}.js`));
  const size = [...own].reduce((sum, file) => sum + gzipSync(readFileSync(dist + file), { level: 9 }).length, 0) / 1000;
  console.log(`${name.padEnd(8)} ${size.toFixed(1).padStart(6)} kB gzip of ${limit}`);
  if (size > limit) problems.push(`${name} is ${size.toFixed(1)} kB, over its budget of ${limit} kB`);
}

const licences = existsSync(`${dist}.vite/license.md`) ? readFileSync(`${dist}.vite/license.md`, 'utf8') : '';
for (const name of ['htmx.org', 'bpmn-js', 'bpmn-js-token-simulation', '@bpmn-io/form-js-viewer', 'dmn-js', '@bpmn-io/form-js-editor']) {
  if (!licences.includes(`## ${name}`)) problems.push(`the licence of ${name} is missing from license.md`);
}

const lock = Object.keys(JSON.parse(readFileSync('package-lock.json', 'utf8')).packages);
const copies = lock.filter(path => path.endsWith('node_modules/diagram-js'));
if (copies.length !== 1) problems.push(`diagram-js is installed ${copies.length} times: ${copies.join(', ')}`);

const { default: dictionary } = await import('./src/i18n/form.zh.js');
const source = readFileSync('node_modules/@bpmn-io/form-js-viewer/dist/index.es.js', 'utf8').slice(3000);
for (const [, , single, double] of source.matchAll(/\btranslate\(\s*('((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g)) {
  const text = single ?? double;
  if (!text.startsWith('binding path') && dictionary[text] === undefined) problems.push(`no Chinese for the form viewer's "${text}"`);
}

// Every text of bpmn-js, its menus and the colour picker; those that are put together at run time are found in a browser.
const { default: drawing } = await import('./src/i18n/modeler.zh.js');
const menus = ['popup-menu/PopupEntries.js', 'replace/ReplaceOptions.js'].map(name => `node_modules/bpmn-js/lib/features/${name}`);
const sources = ['bpmn-js/lib', 'diagram-js/lib', 'bpmn-js-color-picker/colors'].flatMap(folder =>
  readdirSync(`node_modules/${folder}`, { recursive: true }).filter(name => name.endsWith('.js')).map(name => `node_modules/${folder}/${name}`));
const texts = [
  ...sources.flatMap(file => [...readFileSync(file, 'utf8').matchAll(/\btranslate\('([A-Z][^']*[^' ])'\)/g)]),
  ...menus.flatMap(file => [...readFileSync(file, 'utf8').matchAll(/label: '([^']+)'/g)])
].map(([, text]) => text);
const idle = /instantiating/; // stands in a comment
for (const text of new Set(texts)) {
  if (drawing[text] === undefined && !idle.test(text)) problems.push(`no Chinese for the drawing board's "${text}"`);
}

// Every text of dmn-js: what it translates, and the names of hit policies, replacements and types that it translates by variable.
const { default: decisions } = await import('./src/i18n/decision.zh.js');
const parts = ['drd', 'decision-table', 'literal-expression', 'boxed-expression', 'shared'].map(name => `node_modules/dmn-js-${name}/lib`);
const lists = /(HitPolicies|ReplaceOptions|DrillDown|DataTypes)\.js$/;
for (const file of parts.flatMap(folder => readdirSync(folder, { recursive: true }).filter(name => name.endsWith('.js')).map(name => `${folder}/${name}`))) {
  const source = readFileSync(file, 'utf8');
  const said = [...source.matchAll(/translate\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g), ...(lists.test(file) ? source.matchAll(/(?:label|explanation|title): '([^']+)'/g) : [])];
  for (const [, single, double] of said) if (decisions[single ?? double] === undefined) problems.push(`no Chinese for the decision editor's "${single ?? double}"`);
}

// Every label, hint and message of the form editor; not those of components that our forms do not have (forms/README.md).
const { default: editing } = await import('./src/i18n/form_editor.zh.js');
const foreign = /iframe|MDN|X-FRAME|HTTPS|security|camunda|document|table|column|header|URI|pagination|version tag|file type specifiers|Additional details|Learn more|Height of the container|Max height/i;
const editorSource = readFileSync('node_modules/@bpmn-io/form-js-editor/dist/index.es.js', 'utf8');
for (const [, , raw] of editorSource.matchAll(/\b(?:label|title|children|placeholder|description|tooltip): (["'])([A-Z<](?:(?!\1)[^\\\n]|\\.)+)\1/g)) {
  const text = raw.replace(/\\(['"])/g, '$1');
  if (editing[text] === undefined && !foreign.test(text)) problems.push(`no Chinese for the form editor's "${text}"`);
}

for (const file of readdirSync(`${dist}assets`)) {
  const text = readFileSync(`${dist}assets/${file}`, 'utf8');
  if (file.endsWith('.css') && /url\((?!["']?data:)["']?https?:|@import/.test(text)) problems.push(`${file} asks for something outside`);
  if (file.endsWith('.css') && text.includes('light-dark(')) problems.push(`${file} still has light-dark(), which chrome100 does not know`);
}

problems.forEach(problem => console.error(`✗ ${problem}`));
process.exit(problems.length ? 1 : 0);
