// Plain controls for the fields of a form: enough to try a branch, not the form that officers fill in.
import { h, option } from '../dom.js';
import { say } from '../words.js';

const LISTS = ['checklist', 'taglist'];

/** Controls with suggested values, and what reads them. labels: filled with the name of each field, for refusals. */
export function fieldsOf(form, labels) {
  const read = new Map();
  const controls = [...leaves(form.schema?.components ?? [])].map(item => {
    labels.set(item.key, item.label || item.key);
    return control(item, read, form.suggested?.[item.key], form.choices?.[item.key]);
  });
  return { controls, values: () => Object.fromEntries([...read].map(([key, get]) => [key, get()]).filter(([, value]) => value !== undefined && value !== '')) };
}

// Fields with a value of their own, also those inside groups; a list of rows is one field.
function* leaves(components) {
  for (const item of components) {
    if (item.type === 'dynamiclist') yield { ...item, key: item.path };
    else if (item.components) yield* leaves(item.components);
    else if (item.key) yield item;
  }
}

function control(item, read, suggested, choices) {
  const label = item.label || item.dateLabel || item.key;
  if (item.type === 'filepicker' || item.properties?.['cx.type'] === 'sign') return h('p', { class: 'small muted' }, label, say('：试运行不需上传或签名。', ': not asked for in a try-out.'));
  if (item.type === 'checkbox') {
    const box = h('input', { type: 'checkbox', checked: Boolean(suggested) });
    read.set(item.key, () => box.checked);
    return h('label', { class: 'chk' }, box, label);
  }
  const [input, get] = entry(item, suggested, choices ?? item.values ?? []);
  if (!item.readonly && !item.disabled) read.set(item.key, get);
  else input.disabled = true;
  return h('label', { class: 'field' }, h('span', {}, label, item.validate?.required ? h('span', { class: 'req' }, ' *') : null), input);
}

// The control and what reads it; an empty one reads as '' or undefined and is not sent.
function entry(item, suggested, choices) {
  const given = suggested ?? '';
  if (item.type === 'dynamiclist') {
    const input = h('textarea', { class: 'inp mono', rows: '3', placeholder: '[ ]', value: suggested ? JSON.stringify(suggested, null, 1) : '' });
    return [input, () => (input.value.trim() ? JSON.parse(input.value) : undefined)];
  }
  if (LISTS.includes(item.type)) {
    const input = h('select', { class: 'inp', multiple: true, size: String(Math.min(5, Math.max(2, choices.length))) }, choices.map(one => option(one.value, one.label ?? one.value)));
    for (const one of input.options) one.selected = [given].flat().includes(one.value);
    return [input, () => { const chosen = [...input.selectedOptions].map(one => one.value); return chosen.length ? chosen : undefined; }];
  }
  if (choices.length) {
    const input = h('select', { class: 'inp' }, option('', '—'), choices.map(one => option(one.value, one.label ?? one.value, given)));
    return [input, () => input.value];
  }
  const kind = { number: 'number', datetime: { time: 'time', datetime: 'datetime-local' }[item.subtype] ?? 'date' }[item.type];
  const input = h(item.type === 'textarea' ? 'textarea' : 'input', { class: 'inp', type: kind, step: item.type === 'number' ? 'any' : undefined, value: String(given) });
  return [input, () => (item.type === 'number' && input.value && !item.serializeToString ? Number(input.value) : input.value)];
}
