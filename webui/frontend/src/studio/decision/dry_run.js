// 试算: inputs in, outputs and the rows that decided out; those rows are marked in the table.
import { send } from '../../http.js';
import { h, light } from '../dom.js';
import { formOf } from '../shell.js';
import { say } from '../words.js';
import { control, fromFeel } from './values.js';

export function dryRunTab({ id, text, editable, marks, reveal, keep }) {
  let body = null, shapes = [], chosen = '', controls = [], drawn = '', answer = null;

  const shape = () => shapes.find(one => one.id === chosen) ?? shapes[0];

  function draw() {
    const which = shape(), key = JSON.stringify(which);
    if (!body || key === drawn) return;
    drawn = key;
    if (!which) { body.replaceChildren(h('p', { class: 'cb muted' }, say('模型有错误，改正后才能试算。', 'The model has mistakes; mend them to try it.'))); return; }
    controls = which.inputs.map(field => ({ field, ...control(field, undefined, field.label, () => {}) }));
    const out = h('div', { class: 'tried', role: 'status' });
    const form = h('form', { class: 'dry', onsubmit: event => { event.preventDefault(); ask(which, out); } },
      shapes.length > 1 ? h('label', { class: 'field' }, h('span', {}, say('决策', 'Decision')), h('select', { class: 'inp', onchange: event => { chosen = event.target.value; draw(); } }, shapes.map(one => h('option', { value: one.id, selected: one.id === which.id }, one.name)))) : null,
      controls.map(one => h('label', { class: 'field' }, h('span', {}, one.field.label), one.element)),
      h('div', { class: 'acts' }, h('button', { class: 'btn', type: 'submit' }, say('试算', 'Try'))));
    body.replaceChildren(form, out);
  }

  const inputs = () => Object.fromEntries(controls.map(one => [one.field.name, one.read()]).filter(([, value]) => value !== undefined));

  async function ask(which, out) {
    const form = formOf({ text: await text() });
    form.set('decision', which.id || which.name);
    form.set('inputs', JSON.stringify(inputs()));
    marks('hit', []);
    try {
      answer = await send('POST', `/api/v1/designs/${id}/dry-run`, form);
    } catch (error) {
      out.replaceChildren(h('p', { class: 'note err', role: 'alert' }, error.detail || say('暂时无法试算，请稍后再试。', 'Cannot try it now; try again later.')));
      return;
    }
    const hits = answer.tables.flatMap(one => one.rule_ids.filter(Boolean));
    marks('hit', hits);
    if (hits.length) reveal(answer.tables.at(-1).rule_ids[0] ?? hits[0], 0, false);
    const rows = answer.outputs.length ? answer.outputs.map(one => [which.outputs.find(field => field.name === one.name)?.label ?? one.name, one.text]) : [[which.outputs[0]?.label ?? which.name, answer.value]];
    out.replaceChildren(
      h('dl', { class: 'kv' }, rows.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, h('code', {}, value))])),
      h('div', {}, answer.tables.map(one => h('p', {}, light(one.rules.length ? 'green' : 'yellow', one.rules.length ? say(`第 ${one.rules.join('、')} 行`, `Row ${one.rules.join(', ')}`) : say('没有满足的行', 'No row matches')), ' ', one.decision, ' ', h('span', { class: 'muted' }, one.annotations.join('；')))),
        answer.notes.map(note => h('p', { class: 'small t-yellow' }, note)),
        editable ? h('button', { type: 'button', class: 'btn sm', onclick: () => store(which) }, say('存为用例', 'Keep as a test case')) : null));
  }

  function store(which) {
    const expect = answer.outputs.length && which.outputs[0]?.name ? Object.fromEntries(answer.outputs.map(one => [one.name, fromFeel(one.text)])) : fromFeel(answer.value);
    keep({ decision: which.id, inputs: inputs(), expect, rules: answer.tables.at(-1)?.rules ?? [] });
  }

  return { id: 'try', label: say('试算', 'Dry run'), build: element => { body = element; draw(); }, show: draw, hide: () => marks('hit', []), told: found => { shapes = found?.decisions ?? []; draw(); } };
}
