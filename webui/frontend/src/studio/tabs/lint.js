// 校验: the server's rules while drawing. Findings stand in a list and, with shape and word, on the canvas.
import { send } from '../../http.js';
import { h, icon, light, quiet } from '../dom.js';
import { playPath } from '../playing.js';
import { say } from '../words.js';

const looks = {
  error: ['red', () => say('错误', 'Error')], warning: ['yellow', () => say('警告', 'Warning')], info: ['grey', () => say('提示', 'Note')]
};

export function lintTab({ viewer, id, read, select, panel }) {
  const overlays = viewer.get('overlays'), registry = viewer.get('elementRegistry');
  let body = null, problems = null, trouble = '', asked = 0, playing = null, drawn = '';

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
    if (!playing) draw();
  }

  const count = severity => (problems ?? []).filter(problem => problem.severity === severity).length;

  function mark() {
    overlays.remove({ type: 'lint' });
    for (const [element, found] of grouped(problems ?? [], one => one.element_id)) {
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
    // The same findings again: the reader's place in the list stays.
    const shown = JSON.stringify([problems, trouble]);
    if (!body || shown === drawn && body.childElementCount) return;
    drawn = shown;
    const rows = [...(problems ?? [])].sort((one, other) => Object.keys(looks).indexOf(one.severity) - Object.keys(looks).indexOf(other.severity));
    const groups = grouped(rows, one => one.kind ?? '');
    body.replaceChildren(
      h('div', { class: 'pline', role: 'status' },
        problems ? [light('red', say(`错误 ${count('error')}`, `${count('error')} errors`)), light('yellow', say(`警告 ${count('warning')}`, `${count('warning')} warnings`))] : say('正在校验…', 'Checking…'),
        problems && !rows.length ? light('green', say('没有发现问题，可以发布。', 'Nothing found; ready to publish.'), 'bare') : null,
        trouble ? h('span', { class: 't-yellow' }, trouble) : null,
        h('span', { class: 'grow' }), h('button', { type: 'button', class: 'btn sm', onclick: check }, say('重新校验', 'Check again'))),
      ...[...groups.values()].map(found => h('section', { class: 'kind' },
        h('h3', {}, found[0].kind_name || say('问题', 'Findings'), h('span', { class: 'num' }, ` ${found.length}`)), h('ul', { class: 'ls' }, found.map(row)))));
  }

  // Up and down from finding to finding; Enter leads to the element, as a click does.
  function walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], links = [...body.querySelectorAll('.kind li > div > a, .kind li > div > b[tabindex]')];
    const place = links.indexOf(event.target);
    if (!step || place < 0) return;
    event.preventDefault();
    links[Math.min(links.length - 1, Math.max(0, place + step))].focus();
  }

  function play(problem, from) {
    playing = playPath({ viewer, host: body, problem, close: () => {
      playing = null;
      drawn = '';
      draw();
      [...body.querySelectorAll('[data-rule]')].find(one => one.dataset.rule === from)?.focus();
    } });
  }

  function hide() {
    if (!playing) return;
    playing.stop();
    playing = null;
    drawn = '';
    draw();
  }

  function row(problem) {
    const [color, word] = looks[problem.severity] ?? looks.info, shape = registry.get(problem.element_id);
    const name = shape?.businessObject.name || problem.element_name || problem.element_id; // as on the canvas
    return h('li', {}, light(color, word(), 'bare'), h('div', {},
      shape ? h('a', { href: '#canvas', onclick: event => { event.preventDefault(); select(problem.element_id, true); } }, name) : h('b', {}, name || say('整图', 'Drawing')),
      ' ', problem.message, problem.path?.length > 1 ? h('button', { type: 'button', class: 'btn sm quiet', 'data-rule': `${problem.rule} ${problem.element_id}`, onclick: event => play(problem, event.currentTarget.dataset.rule) }, icon('play'), say('播放路径', 'Play the way')) : null, problem.remedy ? h('p', { class: 'muted small' }, problem.remedy) : null, h('span', { class: 'num' }, ` ${problem.rule}`)));
  }

  const later = quiet(check, 600);
  viewer.on('commandStack.changed', () => { hide(); later(); });
  viewer.on('import.done', later);
  return { id: 'lint', label: say('校验', 'Check'), build: element => { body = element; body.addEventListener('keydown', walk); draw(); }, hide, check };
}

function grouped(problems, key) {
  const found = new Map();
  for (const one of problems) found.set(key(one), [...(found.get(key(one)) ?? []), one]);
  return found;
}
