// Fields of the properties panel: label above, hint below, read back in words. A change is one step of undo.
import { freshId, h, option } from '../dom.js';
import { say } from '../words.js';

/** One field. name: keeps the focus when the panel is drawn again. control: (attributes) → element. */
function field(name, label, control, hint, extra) {
  const id = freshId('p'), hinted = hint ? `${id}-h` : null;
  return h('div', { class: 'field' }, h('label', { for: id }, label),
    control({ id, 'data-name': name, 'aria-describedby': hinted }),
    hint ? h('p', { class: 'hint', id: hinted }, hint) : null, extra);
}

/** The panel's helpers, all switched off together when the drawing is only read. */
export function fields(editable) {
  const off = editable ? {} : { disabled: true };
  return {
    text: ({ name, label, value, change, hint, list, mono, placeholder, type = 'text' }) => {
      const options = list?.length ? h('datalist', { id: freshId('l') }, list.map(item => option(item.value ?? item, item.label ?? ''))) : null;
      return field(name, label, given => h('input', {
        ...given, type, class: mono ? 'inp mono' : 'inp', value: value ?? '', autocomplete: 'off', spellcheck: 'false',
        list: options?.id, placeholder, readOnly: !editable, onchange: event => change(event.target.value.trim())
      }), hint, options);
    },
    area: ({ name, label, value, change, hint, mono, rows = 3 }) => field(name, label, given => h('textarea', {
      ...given, class: mono ? 'inp mono' : 'inp', rows, value: value ?? '', spellcheck: 'false', readOnly: !editable,
      onchange: event => change(event.target.value)
    }), hint),
    select: ({ name, label, value, options, change, hint, empty }) => {
      const all = [...(empty === undefined ? [] : [{ value: '', label: empty }]), ...options];
      // A value that nobody offers is shown as it is: never silently changed.
      if (!all.some(item => item.value === (value ?? ''))) all.push({ value, label: say(`${value}（未登记）`, `${value} (unknown)`) });
      return field(name, label, given => h('select', { ...given, ...off, class: 'inp', onchange: event => change(event.target.value) },
        all.map(item => option(item.value, item.label, value ?? ''))), hint);
    },
    check: ({ name, label, value, change, hint }) => {
      const id = freshId('p');
      return h('div', { class: 'chk' }, h('input', { ...off, type: 'checkbox', id, 'data-name': name, checked: Boolean(value), onchange: event => change(event.target.checked) }),
        h('label', { for: id }, label, hint ? h('span', { class: 'hint' }, hint) : null));
    },
    button: (name, label, act) => h('button', { ...off, type: 'button', class: 'btn sm quiet', 'data-name': name, onclick: act }, label),
    buttons: (...parts) => h('div', { class: 'pbtns' }, parts),
    row: (...parts) => h('div', { class: 'prow' }, parts),
    note: (...words) => h('p', { class: 'hint' }, words)
  };
}
