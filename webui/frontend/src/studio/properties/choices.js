// What the pickers offer, in the reader's language: from the server, asked once. Expressions are read back by the server, too.
import { send } from '../../http.js';
import { h } from '../dom.js';
import { say } from '../words.js';

const nothing = {
  scopes: [], positions: [], roles: [], modes: [], excludes: [], forms: [], decisions: [], processes: [], services: [],
  due_bases: [], due_units: [], reminders: [], ladders: [], params: [], messages: [], signals: []
};

/** Never fails: without an answer the pickers become plain fields. */
export async function loadChoices() {
  try { return { ...nothing, ...await send('GET', '/api/v1/designs/choices') }; } catch { return nothing; }
}

const known = new Map();

/** A line that says in words what an expression means, as soon as the server has said it. kind: assign, due, remind, ladder. */
export function readBack(kind, text) {
  const line = h('p', { class: 'readback', 'aria-live': 'polite', hidden: !text });
  if (text) explain(kind, text).then(answer => show(line, answer));
  return line;
}

function show(line, answer) {
  if (!answer) { line.hidden = true; return; }
  line.classList.toggle('bad', !answer.ok);
  const example = answer.example && typeof answer.example === 'object' ? answer.example.words ?? '' : answer.example ?? '';
  line.replaceChildren(answer.ok ? answer.words : `${answer.problem?.message ?? ''} ${answer.problem?.remedy ?? ''}`.trim(),
    example ? h('span', { class: 'example' }, say('例：', 'Example: '), example) : '');
}

function explain(kind, text) {
  const key = `${kind} ${text}`;
  if (!known.has(key)) {
    known.set(key, send('POST', '/api/v1/designs/explain', { kind, text }).catch(() => { known.delete(key); return null; }));
  }
  return known.get(key);
}
