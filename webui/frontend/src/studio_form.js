// The editor of one form: form-js-editor with our properties, the server's checks, and the form as officers see it.
import { send } from './http.js';
import { banners } from './studio/banners.js';
import { checking } from './studio/checking.js';
import { h } from './studio/dom.js';
import { makeCanvas } from './studio/form/canvas.js';
import { outlineTab } from './studio/form/outline.js';
import { ownTab } from './studio/form/own.js';
import { fetchText, putText, shell } from './studio/shell.js';
import { panel as makePanel } from './studio/tabs/panel.js';
import { textTab } from './studio/text_tab.js';
import { say } from './studio/words.js';

const root = document.querySelector('[data-editor=form]');
const part = name => root.querySelector(`[data-${name}]`);
if (root) start().catch(error => { console.warn(error); banners(root).show('err', say('表单未能载入，请刷新页面重试。', 'The form could not be loaded; reload the page.')); });

async function start() {
  const { designId: id, key } = root.dataset;
  const host = h('div', { class: 'fjsedit' }), known = h('div', { class: 'fjsprops' }), findings = h('div', {}), stage = h('div', { class: 'previewing', hidden: true });
  part('canvas').replaceChildren(host, stage);
  let checks = null, own = null, outline = null, panel = null;
  const changed = () => { desk.changed(); checks?.later(); };
  const canvas = await makeCanvas(host, known, changed, field => { own?.chosen(field); outline?.chosen(field); });

  const desk = await shell(root, {
    fetch: async () => { const { text, rev } = await fetchText(id); return { content: text, rev }; },
    read: async () => canvas.read(),
    write: (content, rev) => putText(id, { text: content }, rev),
    load: async (content, editable) => { await canvas.load(content, editable); checks?.later(); },
    fromFile: content => { JSON.parse(content); return content; },
    exported: () => [{ name: `${key}.json`, type: 'application/json', text: canvas.read() }],
    undo: canvas.undo, redo: canvas.redo
  });
  const ask = () => send('POST', `/api/v1/designs/${id}/lint`, new Blob([canvas.read()], { type: 'application/json' }), { 'Content-Type': 'application/json' });
  const reveal = field => { showing(0); if (canvas.select(field)) host.querySelector(`[data-id="${CSS.escape(field)}"]`)?.scrollIntoView({ block: 'nearest' }); };
  checks = checking({ ask, reveal, host: findings, heading: false });
  await desk.begin();
  own = ownTab(canvas, desk.editable);
  outline = outlineTab(canvas, desk.editable);
  panel = makePanel(part('panel'), [
    { id: 'known', label: say('属性', 'Properties'), build: body => body.replaceChildren(known) }, own, outline,
    { id: 'lint', label: say('校验', 'Check'), build: body => body.replaceChildren(findings) },
    textTab({ label: 'JSON', read: async () => canvas.read(), editable: desk.editable, replace: async content => { JSON.parse(content); await canvas.load(content, desk.editable); changed(); } })
  ]);
  checks.on(found => panel.count('lint', found?.problems.length ? String(found.problems.length) : found ? '✓' : '', found?.problems.length ? 'bad' : 'good'));
  desk.act('check', () => { panel.open('lint'); checks.check(); });
  desk.act('preview', () => showing(390));
  views(0);
  await checks.check();

  // 0: the editor; else the form as officers see it, so many pixels wide.
  async function showing(width) {
    views(width);
    host.hidden = Boolean(width);
    stage.hidden = !width;
    if (!width) { stage.replaceChildren(); return; }
    await desk.keeping.save();
    stage.replaceChildren(h('iframe', { class: width === 390 ? 'narrow' : 'full', title: say(`预览，宽 ${width === 390 ? '390 像素' : '全部'}`, `Preview, ${width === 390 ? '390 pixels' : 'full'} wide`), src: `/design/form/${id}/preview` }));
  }

  function views(width) {
    const button = (value, words) => h('button', { type: 'button', class: 'btn sm quiet', 'aria-pressed': String(value === width), onclick: () => showing(value) }, words);
    part('views').replaceChildren(button(0, say('编辑', 'Edit')), button(390, say('预览 · 手机 390', 'Preview · phone 390')), button(1, say('预览 · 全宽', 'Preview · full width')));
  }
}
