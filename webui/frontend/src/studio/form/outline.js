// 字段清单: every field in its order, chosen and moved without dragging (WCAG 2.5.7).
import { h } from '../dom.js';
import { say } from '../words.js';

export function outlineTab(canvas, editable) {
  let body = null, drawn = '';
  function draw() {
    if (!body) return;
    const fields = canvas.fields(), chosen = canvas.field().id, key = JSON.stringify([fields.map(one => [one.id, one.label, one._parent]), chosen]);
    if (key === drawn) return;
    drawn = key;
    const depth = one => { const parent = fields.find(other => other.id === one._parent); return parent ? depth(parent) + 1 : 1; };
    body.replaceChildren(h('ol', { class: 'fieldlist' }, fields.map(one => {
      const name = one.label || one.dateLabel || one.text || one.key || one.id, short = String(name).slice(0, 40);
      const step = (by, word, label) => h('button', { type: 'button', class: 'btn sm icon quiet', disabled: !editable, 'aria-label': label, 'data-step': `${one.id} ${by}`, onclick: () => { if (canvas.move(one, by)) { draw(); body.querySelector(`[data-step="${CSS.escape(one.id)} ${by}"]`)?.focus(); } } }, word);
      return h('li', { 'data-level': String(depth(one)) }, h('button', { type: 'button', class: 'btn sm quiet grow', 'aria-pressed': String(one.id === chosen), onclick: () => canvas.select(one.id) }, short), step(-1, '↑', say(`上移 ${short}`, `Move ${short} up`)), step(1, '↓', say(`下移 ${short}`, `Move ${short} down`)));
    })));
  }
  return { id: 'fields', label: say('字段', 'Fields'), build: element => { body = element; draw(); }, show: draw, chosen: draw };
}
