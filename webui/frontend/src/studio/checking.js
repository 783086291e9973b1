// 校验 beside the editors of decisions and forms: the server's findings, asked for a moment after each change.
import { h, light, quiet } from './dom.js';
import { say } from './words.js';

const looks = {
  error: ['red', () => say('错误', 'Error')], warning: ['yellow', () => say('警告', 'Warning')], info: ['grey', () => say('提示', 'Note')]
};

/** ask(): Promise of { problems, … }. reveal(id, column): shows where a finding stands. marks(kind, ids): colours them. */
export function checking({ ask, reveal, marks = () => {}, host, heading = true }) {
  const listeners = [];
  let found = null, trouble = '', asked = 0, drawn = '';

  async function check() {
    const mine = ++asked;
    try {
      const answer = await ask();
      if (mine !== asked) return;
      found = answer;
      trouble = '';
    } catch (error) {
      if (mine !== asked) return;
      trouble = error.detail || say('暂时无法校验，连接恢复后自动重试。', 'Cannot check now; it is tried again after the next change.');
    }
    draw();
    const rules = severity => found?.problems.filter(one => one.severity === severity && one.element_id).map(one => one.element_id) ?? [];
    marks('mid', rules('warning'));
    marks('bad', rules('error'));
    listeners.forEach(listener => listener(found));
  }

  const count = severity => found.problems.filter(problem => problem.severity === severity).length;

  function draw() {
    const key = JSON.stringify([found?.problems, trouble]);
    if (key === drawn) return;
    drawn = key;
    const rows = [...found?.problems ?? []].sort((one, other) => Object.keys(looks).indexOf(one.severity) - Object.keys(looks).indexOf(other.severity));
    host.replaceChildren(...[
      heading ? h('div', { class: 'ch' }, h('h2', {}, say('校验', 'Check'))) : null,
      h('div', { class: 'pline', role: 'status' },
        found ? [light('red', say(`错误 ${count('error')}`, `${count('error')} errors`)), light('yellow', say(`警告 ${count('warning')}`, `${count('warning')} warnings`))] : say('正在校验…', 'Checking…'),
        trouble ? h('span', { class: 't-yellow' }, trouble) : null),
      found && !rows.length ? h('p', { class: 'cb' }, light('green', say('没有发现问题，可以发布。', 'Nothing found; ready to publish.'), 'bare')) : null,
      h('ul', { class: 'ls finds' }, rows.map(row))].filter(Boolean));
  }

  function row(problem) {
    const [color, word] = looks[problem.severity] ?? looks.info, leads = Boolean(problem.element_id);
    return h('li', {}, light(color, word(), 'bare'), h('div', {},
      leads ? h('a', { href: '#canvas', onclick: event => { event.preventDefault(); reveal(problem.element_id, problem.column); } }, problem.message) : problem.message,
      problem.remedy ? h('p', { class: 'muted small' }, problem.remedy) : null, h('span', { class: 'num muted small' }, problem.rule)));
  }

  return { check, later: quiet(check, 700), on: listener => listeners.push(listener), found: () => found };
}
