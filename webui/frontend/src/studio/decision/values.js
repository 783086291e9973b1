// Values of inputs and outputs as controls: what JSON of the test cases holds on one side, what people type on the other.
import { h, option } from '../dom.js';
import { say } from '../words.js';

const TEMPORAL = /^(date|time|dateTime|dayTimeDuration|yearMonthDuration|date and time|days and time duration|years and months duration)$/;

/** A control for a field { type, options }; read() gives undefined where nothing is given. */
export function control(field, value, label, changed) {
  if (field.options.length || field.type === 'boolean') return choice(field, value, label, changed);
  const input = h('input', { class: 'inp', type: 'text', value: shown(value), 'aria-label': label, inputmode: field.type === 'number' ? 'decimal' : null, onchange: changed });
  return { element: input, read: () => typed(field.type, input.value.trim()) };
}

function choice(field, value, label, changed) {
  const values = field.type === 'boolean' ? [true, false] : field.options;
  const all = value === undefined || values.includes(value) ? values : [...values, value];
  const select = h('select', { class: 'inp', 'aria-label': label, onchange: changed },
    h('option', { value: '', selected: value === undefined }, say('未填', 'Not given')),
    all.map((one, index) => option(String(index), one === true ? say('是', 'Yes') : one === false ? say('否', 'No') : shown(one), String(all.indexOf(value)))));
  return { element: select, read: () => (select.value === '' ? undefined : all[Number(select.value)]) };
}

/** As people read and type it. */
export function shown(value) {
  if (value === undefined) return '';
  if (value && typeof value === 'object' && Object.keys(value).join() === '@') return value['@'];
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What was typed, as JSON of a test case. */
export function typed(type, text) {
  if (text === '') return undefined;
  if (TEMPORAL.test(type)) return { '@': text };
  if (type === 'string') return text;
  try { return JSON.parse(text); } catch { return text; }
}

/** What FEEL wrote, as JSON of a test case. */
export function fromFeel(text) {
  try { return JSON.parse(text); } catch { return /^-?P|^\d{4}-\d\d/.test(text) ? { '@': text } : text; }
}
