// The text itself, to read, or to change where somebody knows better than the editor.
import { h } from './dom.js';
import { say } from './words.js';

/** read(): Promise of the text. replace(text): puts it into the editor, throws Error with words. */
export function textTab({ label, read, replace, editable }) {
  let area = null, told = null;
  const fill = async () => { if (area && document.activeElement !== area) area.value = await read(); };
  async function apply() {
    try {
      await replace(area.value);
      told.textContent = say('已应用。', 'Applied.');
    } catch (error) { told.textContent = say(`没有应用：${error.message}`, `Not applied: ${error.message}`); }
  }
  return {
    id: 'text', label, show: fill,
    build: body => {
      area = h('textarea', { class: 'inp mono xml', spellcheck: 'false', 'aria-label': label, readOnly: !editable });
      told = h('span', { class: 'small muted', role: 'status' });
      body.replaceChildren(h('div', { class: 'pline' }, told, h('span', { class: 'grow' }), editable ? h('button', { type: 'button', class: 'btn sm', onclick: apply }, say('应用', 'Apply')) : null), area);
    }
  };
}
