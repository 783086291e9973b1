// 校验: the server's rules while drawing. Findings stand in a list and, with shape and word, on the canvas.
import { send } from '../../http.js';
import { h, light, quiet } from '../dom.js';
import { say } from '../words.js';

const looks = {
  error: ['red', () => say('错误', 'Error')], warning: ['yellow', () => say('警告', 'Warning')], info: ['grey', () => say('提示', 'Note')]
};

export function lintTab({ viewer, id, read, select, panel }) {
  const overlays = viewer.get('overlays'), registry = viewer.get('elementRegistry');
  let body = null, problems = null, trouble = '', asked = 0;

  async function check() {
    const mine = ++asked;
    try {
      const answer = await send('POST', `/api/v1/designs/${id}/lint`, new Blob([await read()], { type: 'application/xml' }), { 'Content-Type': 'application/xml' });
      if (mine !== asked) return;
      problems = answer.problems;
      trouble = '';
    } catch (error) {
      if (mine !== asked) return;
      problems = error.problems?.length ? error.problems.map(item => ({ severity: 'error', remedy: '', ...item })) : problems;
      trouble = error.problems?.length ? '' : say('暂时无法校验，连接恢复后自动重试。', 'Cannot check now; it is tried again after the next change.');
    }
    mark();
    draw();
  }

  const count = severity => (problems ?? []).filter(problem => problem.severity === severity).length;

  function mark() {
    overlays.remove({ type: 'lint' });
    for (const [element, found] of Map.groupBy ? Map.groupBy(problems ?? [], one => one.element_id) : grouped(problems ?? [])) {
      const shape = registry.get(element);
      if (!shape || !shape.parent || shape.waypoints && !shape.waypoints.length) continue;
      const worst = ['error', 'warning', 'info'].find(severity => found.some(one => one.severity === severity));
      if (worst === 'info') continue;
      const [color, word] = looks[worst], text = found.map(one => one.message).join('\n');
      const badge = h('button', { type: 'button', class: `lintmark ${color}`, title: text, 'aria-label': `${word()}：${text}`, tabindex: '-1', onclick: () => { panel().open('lint'); select(element); } },
        light(color, '', 'bare'));
      overlays.add(shape, 'lint', { position: shape.waypoints ? { top: 0, left: 0 } : { top: -12, left: -10 }, html: badge });
    }
    panel().count('lint', problems ? String(count('error') + count('warning')) : '', count('error') ? 'bad' : count('warning') ? 'mid' : 'good');
  }

  function draw() {
    if (!body) return;
    const rows = [...(problems ?? [])].sort((one, other) => Object.keys(looks).indexOf(one.severity) - Object.keys(looks).indexOf(other.severity));
    body.replaceChildren(
      h('div', { class: 'pline', role: 'status' },
        problems ? [light('red', say(`错误 ${count('error')}`, `${count('error')} errors`)), light('yellow', say(`警告 ${count('warning')}`, `${count('warning')} warnings`))] : say('正在校验…', 'Checking…'),
        problems && !rows.length ? light('green', say('没有发现问题，可以发布。', 'Nothing found; ready to publish.'), 'bare') : null,
        trouble ? h('span', { class: 't-yellow' }, trouble) : null,
        h('span', { class: 'grow' }), h('button', { type: 'button', class: 'btn sm', onclick: check }, say('重新校验', 'Check again'))),
      h('ul', { class: 'ls' }, rows.map(row)));
  }

  function row(problem) {
    const [color, word] = looks[problem.severity] ?? looks.info, shape = registry.get(problem.element_id);
    const name = shape?.businessObject.name || problem.element_name || problem.element_id; // as on the canvas
    return h('li', {}, light(color, word(), 'bare'), h('div', {},
      shape ? h('a', { href: '#canvas', onclick: event => { event.preventDefault(); select(problem.element_id, true); } }, name) : h('b', {}, name || say('整图', 'Drawing')),
      ' ', problem.message, problem.remedy ? h('p', { class: 'muted small' }, problem.remedy) : null, h('span', { class: 'num' }, ` ${problem.rule}`)));
  }

  const later = quiet(check, 600);
  viewer.on('commandStack.changed', later);
  viewer.on('import.done', later);
  return { id: 'lint', label: say('校验', 'Check'), build: element => { body = element; draw(); }, check };
}

function grouped(problems) {
  const found = new Map();
  for (const one of problems) found.set(one.element_id, [...(found.get(one.element_id) ?? []), one]);
  return found;
}
