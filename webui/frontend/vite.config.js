// How the browser side is built: entries, targets, the licence file, and texts that libraries left untranslatable.
import { defineConfig } from 'vite';
import { readdirSync } from 'node:fs';
import formEditor from './src/i18n/form_editor.zh.js';

const scripts = { app: 'src/app.js', viewer: 'src/viewer.js', form: 'src/form.js', modeler: 'src/modeler.js', version: 'src/version.js', compare: 'src/compare.js', studio_dmn: 'src/studio_dmn.js', studio_form: 'src/studio_form.js' };
// tokens and shared belong to the entry "app"; fields and diagram to their islands.
const own = ['tokens', 'shared', 'fields', 'diagram', 'canvas', 'decision', 'form_editor'];
const sheets = Object.fromEntries(
  readdirSync('styles').map(file => file.replace(/\.css$/, '')).filter(name => !own.includes(name))
    .map(name => [name, `styles/${name}.css`])
);

// Both languages at once, for libraries that know no `translate`; [file, literal around it, Chinese, English].
const both = (zh, en) => `(document.documentElement.lang.startsWith('zh') ? '${zh}' : '${en}')`;
const menu = /diagram-js\/lib\/features\/popup-menu\/PopupMenuComponent\.js$/;
const simulation = file => new RegExp(`bpmn-js-token-simulation/lib/features/${file}\\.js$`);
const said = [
  [menu, 'title || \'Search\'', 'title || ' + both('查找', 'Search')],
  [menu, 'title || \'Results\'', 'title || ' + both('结果', 'Results')],
  [menu, '${ entriesToShow.length } ${ entriesToShow.length === 1 ? \'result\' : \'results\' } found', '${ entriesToShow.length } ${ ' + both('项符合', 'found') + ' }'],
  [simulation('context-pads/handler/ExclusiveGatewayHandler'), 'title="Set Sequence Flow"', 'title="${' + both('换一个分支', 'Choose another branch') + '}"'],
  [simulation('context-pads/handler/InclusiveGatewayHandler'), 'title="Set Sequence Flow"', 'title="${' + both('选择分支', 'Choose branches') + '}"'],
  [simulation('context-pads/handler/PauseHandler'), 'title="${ wait ? \'Remove\' : \'Add\' } pause point"', 'title="${ wait ? ' + both('取消停留', 'Do not wait here') + ' : ' + both('在此停留', 'Wait here') + ' }"'],
  [simulation('context-pads/handler/TriggerHandler'), 'title="Trigger Event"', 'title="${' + both('触发', 'Trigger') + '}"'],
  [simulation('show-scopes/ShowScopes'), 'title="Focus process instance ${scope.id}"', 'title="${' + both('只看这一件', 'Show this case only') + '}"'],
  [simulation('simulation-state/SimulationState'), 'text: \'Finished\'', 'text: ' + both('已结束', 'Finished')],
  [simulation('element-support/ElementSupport'), 'text: \'Not supported\'', 'text: ' + both('不能模拟', 'Not simulated')],
  [simulation('element-support/ElementSupport'), 'text: \'Found unsupported elements\'', 'text: ' + both('有不能模拟的元素', 'Some elements are not simulated')]
];

// Of officers; the form editor brings an older one of its own.
const officersViewer = /^(?!.*form-js-editor).*form-js-viewer\/dist\/index\.es\.js$/;
const editor = /form-js-editor\/dist\/index\.es\.js$/;
said.push(
  [editor, 'title: `Create ${getIndefiniteArticle(type)} ${label} element`', 'title: ' + both('添加', 'Add') + ' + \' \' + label'],
  [editor, 'return `Remove ${entry.label}`', 'return ' + both('删除', 'Remove') + ' + \' \' + entry.label'],
  [editor, 'translate(`List contains {numOfItems} item${items.length != 1 ? \'s\' : \'\'}`', 'translate(' + both('共 {numOfItems} 项', '{numOfItems} in the list')],
  [editor, 'return `Should be at least ${min}.`', 'return `${' + both('不能小于', 'At least') + '} ${min}`'],
  [editor, 'return `Should be at most ${max}.`', 'return `${' + both('不能大于', 'At most') + '} ${max}`'],
  [editor, 'return `Should be at least ${minimumValue.toString()}.`', 'return `${' + both('不能小于', 'At least') + '} ${minimumValue.toString()}`'],
  [editor, 'return `Should not contain more than ${decimalDigits} decimal digits`;', 'return `${' + both('小数位数最多', 'Decimal digits at most') + '} ${decimalDigits}`;'],
  [editor, 'return `Should not contain more than ${decimalDigits} decimal digits.`', 'return `${' + both('小数位数最多', 'Decimal digits at most') + '} ${decimalDigits}`']
);

// [file, old, new]: literals that the form viewer 2.0.0 does not pass through `translate`. The build fails when one is
// gone, so that an update cannot silently bring the English back.
const literals = [
  ...said,
  [officersViewer, 'children: "Browse"', 'children: translate(\'Browse\')'],
  [officersViewer, 'placeholder: \'Search\',', 'placeholder: useService(\'translate\')(\'Search\'),'],
  [officersViewer, '"aria-label": `Remove list item ${itemIndex + 1}`,', '"aria-label": useService(\'translate\')(\'Remove list item {n}\', { n: String(itemIndex + 1) }),'],
  [officersViewer, 'placeholder: getLocaleReadableDateFormat(),', 'placeholder: [\'yyyy\', \'mm\', \'dd\'].reduce((format, part) => format.replace(part, useService(\'translate\')(part)), getLocaleReadableDateFormat()),']
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

// The form editor knows no `translate` and says some hundred texts: each literal that is shown, in both languages.
const shown = /((?:\b(?:label|title|children|placeholder|description|tooltip|text|name)|"(?:title|aria-label)"): |\breturn |[?:] |\btranslate\()(["'])((?:(?!\2)[^\\\n]|\\.)+)\2/g;
const speaking = /form-js-editor\/(?:node_modules\/@bpmn-io\/form-js-viewer\/)?dist\/index\.es\.js$/;

function spoken() {
  const used = new Set();
  return {
    name: 'spoken',
    transform(code, id) {
      if (!speaking.test(id)) return null;
      const changed = code.replace(shown, (whole, before, quote, raw) => {
        const text = raw.replace(/\\(['"])/g, '$1');
        if (formEditor[text] === undefined) return whole;
        used.add(text);
        return before + both(formEditor[text].replaceAll("'", "\\'"), text.replaceAll("'", "\\'"));
      });
      return { code: changed, map: null };
    },
    buildEnd(error) {
      const gone = Object.keys(formEditor).filter(text => !used.has(text));
      if (!error && gone.length) throw new Error(`The form editor no longer says: ${gone.join(' | ')}`);
    }
  };
}

export default defineConfig({
  base: '/static/dist/',
  publicDir: false,
  logLevel: 'warn',
  plugins: [translated(), spoken()],
  build: {
    outDir: '../static/dist',
    emptyOutDir: true,
    manifest: true,
    license: true,
    target: 'chrome100',
    cssTarget: 'chrome100', // compiles light-dark() away: desktops of public bodies run older kernels
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // nothing inline: img-src and font-src stay 'self'
    chunkSizeWarningLimit: 1300, // the budgets are those of check.mjs
    rollupOptions: { input: { ...scripts, ...sheets } }
  }
});
