// 测试用例: what goes in, what must come out, and what came out, one row for each case.
import { h, icon, light } from '../dom.js';
import { say } from '../words.js';
import { control } from './values.js';

/** cases: the document beside the model. changed(): it was edited. count(text, tone): on the tab. */
export function casesTab({ cases, editable, changed, count, reveal }) {
  let body = null, found = null, chosen = '', drawn = '';

  const shapes = () => found?.decisions ?? [];
  const shape = () => shapes().find(one => one.id === chosen || one.name === chosen) ?? shapes().find(one => one.id === cases.doc.decision || one.name === cases.doc.decision) ?? shapes()[0];
  const decisionOf = one => one.decision ?? cases.doc.decision;
  const isOf = (one, which) => [which.id, which.name].includes(decisionOf(one));

  function draw() {
    const which = shape();
    if (!body) return;
    const key = JSON.stringify([which, cases.doc]);
    if (key !== drawn) { drawn = key; build(which); }
    results();
  }

  function build(which) {
    if (!which) { body.replaceChildren(h('p', { class: 'cb muted' }, say('模型有错误，改正后才能编辑和运行用例。', 'The model has mistakes; mend them to edit and run test cases.'))); return; }
    const own = cases.doc.cases.map((one, index) => [one, index]).filter(([one]) => isOf(one, which));
    body.replaceChildren(
      h('div', { class: 'pline' },
        shapes().length > 1 ? h('label', {}, say('决策 ', 'Decision '), h('select', { class: 'inp auto', onchange: event => { chosen = event.target.value; draw(); } }, shapes().map(one => h('option', { value: one.id, selected: one.id === which.id }, one.name)))) : null,
        h('span', { role: 'status', 'data-tally': true }), h('span', { class: 'grow' }),
        editable ? h('button', { type: 'button', class: 'btn sm', onclick: () => add(which) }, say('添加用例', 'Add a case')) : null),
      own.length ? h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': say('测试用例，可滚动', 'Test cases, scrollable') }, h('table', { class: 'tb flat dense cases' }, h('caption', { class: 'sr' }, say('测试用例', 'Test cases')), head(which), h('tbody', {}, own.map(([one, index]) => row(which, one, index)))))
        : h('p', { class: 'cb muted' }, say('还没有用例。请为每一行和每个边界各写一个。', 'No test case yet. Write one for each rule and each boundary.')),
      h('p', { class: 'cb small', 'data-open': true }));
  }

  const head = which => h('thead', {},
    h('tr', {}, h('td', {}), h('th', { scope: 'colgroup', colspan: String(Math.max(1, which.inputs.length)) }, say('输入', 'Inputs')), h('th', { scope: 'colgroup', class: 'res', colspan: String(which.outputs.length) }, say('应得结果', 'Expected')), h('td', { colspan: '3' })),
    h('tr', {}, h('th', { scope: 'col' }, say('用例', 'Case')), which.inputs.length ? which.inputs.map(one => h('th', { scope: 'col' }, one.label)) : h('th', { scope: 'col' }, say('无', 'None')), which.outputs.map((one, index) => h('th', { scope: 'col', class: index ? null : 'res' }, one.label)), h('th', { scope: 'col' }, say('应由第…行', 'By row')), h('th', { scope: 'col' }, say('结果', 'Result')), h('th', { scope: 'col' }, h('span', { class: 'sr' }, say('操作', 'Actions')))));

  function row(which, one, index) {
    const name = h('input', { class: 'inp name', type: 'text', value: one.name ?? '', 'aria-label': say(`用例 ${index + 1} 的名称`, `Name of case ${index + 1}`), disabled: !editable, onchange: () => { one.name = name.value.trim(); changed(); } });
    const label = (field, what) => `${one.name || index + 1} · ${what} ${field.label}`;
    const inputs = which.inputs.map(field => cell(field, { ...cases.doc.given, ...one.inputs }[field.name], label(field, say('输入', 'input')), value => put(one.inputs, field.name, value)));
    const outputs = which.outputs.map((field, place) => cell(field, field.name ? one.expect?.[field.name] : one.expect ?? undefined, label(field, say('应得', 'expected')), value => expect(one, field, value), place ? null : 'res'));
    const rules = h('input', { class: 'inp rules', type: 'text', value: (one.rules ?? []).join(', '), 'aria-label': label({ label: '' }, say('应由第几行', 'by which row')), disabled: !editable, onchange: () => {
      const numbers = rules.value.split(/[,，、\s]+/).filter(Boolean).map(Number).filter(Number.isInteger);
      if (numbers.length) one.rules = numbers; else delete one.rules;
      changed();
    } });
    return h('tr', { 'data-case': String(index) }, h('th', { scope: 'row' }, name), inputs.length ? inputs : h('td', {}), outputs, h('td', {}, rules), h('td', { class: 'outcome' }),
      h('td', {}, editable ? h('button', { type: 'button', class: 'btn sm icon quiet', 'aria-label': say(`删除用例 ${one.name || index + 1}`, `Delete case ${one.name || index + 1}`), onclick: () => { cases.doc.cases.splice(index, 1); changed(); draw(); } }, icon('x')) : null));
  }

  function cell(field, value, label, write, kind = null) {
    const made = control(field, value, label, () => { write(made.read()); drawn = JSON.stringify([shape(), cases.doc]); changed(); });
    made.element.disabled = !editable;
    return h('td', { class: kind }, made.element);
  }

  function put(target, name, value) { if (value === undefined) delete target[name]; else target[name] = value; }

  function expect(one, field, value) {
    if (!field.name) { one.expect = value ?? null; return; }
    if (!one.expect || typeof one.expect !== 'object') one.expect = {};
    one.expect[field.name] = value ?? null;
  }

  function add(which, given = {}) {
    const several = which.outputs.length > 1 || which.outputs[0]?.name;
    const made = { name: given.name ?? say(`用例 ${cases.doc.cases.length + 1}`, `Case ${cases.doc.cases.length + 1}`), inputs: given.inputs ?? {}, expect: given.expect ?? (several ? {} : null), ...(given.rules?.length ? { rules: given.rules } : {}) };
    if (!isOf({}, which)) made.decision = which.id;
    cases.doc.cases.push(made);
    changed();
    draw();
    if (body) [...body.querySelectorAll('[data-case] .name')].at(-1)?.focus();
  }

  function results() {
    const outcomes = found?.cases ?? [], failed = outcomes.filter(one => !one.passed).length, open = found?.uncovered ?? [];
    count(outcomes.length ? (failed ? String(failed) : '✓') : '', failed ? 'bad' : open.length ? 'mid' : 'good');
    body.querySelectorAll('[data-case]').forEach(line => {
      const outcome = outcomes.length === cases.doc.cases.length ? outcomes[Number(line.dataset.case)] : null;
      line.querySelector('.outcome').replaceChildren(outcome ? light(outcome.passed ? 'green' : 'red', outcome.passed ? say('通过', 'Passed') : say('未通过', 'Failed')) : '',
        outcome && !outcome.passed ? h('small', {}, outcome.message) : outcome?.rules.length ? h('small', { class: 'muted' }, say(`第 ${outcome.rules.join('、')} 行`, `row ${outcome.rules.join(', ')}`)) : '');
    });
    body.querySelector('[data-tally]')?.replaceChildren(...(outcomes.length ? [light('green', say(`通过 ${outcomes.length - failed}`, `${outcomes.length - failed} passed`)), ' ', light('red', say(`未通过 ${failed}`, `${failed} failed`))] : []));
    body.querySelector('[data-open]')?.replaceChildren(...(outcomes.length && open.length ? [light('yellow', say('没有用例走到：', 'No case reaches: '), 'bare'), ...open.flatMap((one, index) => [index ? say('、', ', ') : '', h('a', { href: '#canvas', onclick: event => { event.preventDefault(); reveal(one.rule_id); } }, say(`第 ${one.rule} 行`, `row ${one.rule}`))])] : []));
  }

  return {
    id: 'cases', label: say('测试用例', 'Test cases'), build: element => { body = element; draw(); },
    show: draw, add: given => { const which = shapes().find(one => one.id === given.decision); if (which) { chosen = which.id; add(which, given); } },
    told: answer => { found = answer; if (body) draw(); else count((answer?.cases ?? []).some(one => !one.passed) ? String(answer.cases.filter(one => !one.passed).length) : answer?.cases.length ? '✓' : '', (answer?.cases ?? []).some(one => !one.passed) ? 'bad' : answer?.uncovered.length ? 'mid' : 'good'); }
  };
}
