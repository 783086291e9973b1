// 试运行: the draft run by the engine on test people and a clock of its own. Nothing of it touches a live case.
import { send } from '../../http.js';
import { h, icon } from '../dom.js';
import { say, moment } from '../words.js';
import { fieldsOf } from './trial_fields.js';

const ADVANCE = [['PT1H', () => say('1 小时', '1 hour')], ['P1D', () => say('1 天', '1 day')], ['P7D', () => say('7 天', '7 days')], ['P30D', () => say('30 天', '30 days')]];

export function trialTab({ viewer, id, read, select, shapeOf }) {
  const overlays = viewer.get('overlays'), canvas = viewer.get('canvas');
  let body = null, trial = null, offer = null, marked = [], busy = false;
  const labels = new Map();

  const url = part => `/api/v1/trials/${trial.id}${part}`;
  const call = async act => {
    if (busy) return;
    busy = true;
    body.setAttribute('aria-busy', 'true');
    let done = false;
    try { await act(); done = true; } catch (error) { refuse(reasons(error)); }
    busy = false;
    body.removeAttribute('aria-busy');
    if (done) { paint(); draw(); }
  };
  const move = (path, given) => call(async () => { trial = await send('POST', url(path), given); });

  // What was typed stays on the screen: only the reason is added.
  function refuse(lines) {
    const place = body.querySelector('[data-trouble]');
    place.replaceChildren(...lines.map(line => h('p', { class: 'err pline' }, line)));
    place.scrollIntoView({ block: 'nearest' });
  }

  function reasons(error) {
    if (error.problems?.length) return error.problems.map(one => `${shapeOf(one.element_id)?.businessObject.name ?? one.element_name ?? ''} ${one.message}`);
    const fields = Object.entries(error.fields ?? {});
    if (fields.length) return fields.map(([key, messages]) => `${labels.get(key.split('.')[0]) ?? key}${say('：', ': ')}${[messages].flat().join(say('；', '; '))}`);
    return [error.detail || say('连接中断，请重试。', 'The connection is lost; try again.')];
  }

  // Values for the start are made up so that they lead to a task; whoever draws may change them before it begins.
  const prepare = variables => call(async () => {
    const xml = await read(), found = await send('POST', '/api/v1/trials/offer', { design_id: id, xml });
    offer = { ...found, variables };
    if (!found.form) await begin({});
  });
  async function begin(values) {
    const { form, variables } = offer;
    trial = await send('POST', '/api/v1/trials', { design_id: id, xml: await read(), ...(form ? { values } : {}), ...(variables ? { variables } : {}) });
    offer = null;
  }
  const end = async () => { try { await send('DELETE', url('')); } catch { /* it ends by itself */ } trial = null; offer = null; paint(); draw(); };

  function paint() {
    overlays.remove({ type: 'trial' });
    for (const [one, look] of marked) if (viewer.get('elementRegistry').get(one)) canvas.removeMarker(one, look);
    marked = [];
    const add = (one, look) => { if (shapeOf(one)) { canvas.addMarker(one, look); marked.push([one, look]); } };
    for (const one of trial?.path ?? []) add(one, 'trial-path');
    for (const { element_id: one, count } of trial?.tokens ?? []) {
      const shape = shapeOf(one);
      if (!shape) continue;
      add(one, 'here');
      overlays.add(shape, 'trial', { position: { top: -13, left: shape.width / 2 }, html: h('span', { class: 'pill' }, count > 1 ? String(count) : say('在此', 'here')) });
    }
  }

  function draw() {
    if (!body) return;
    const button = (label, act, look = 'btn sm') => h('button', { type: 'button', class: look, onclick: act }, label);
    labels.clear();
    const trouble = () => h('div', { 'data-trouble': '', role: 'alert' });
    if (offer?.form) {
      const fields = fieldsOf(offer.form, labels);
      const began = event => { event.preventDefault(); const values = valuesOf(fields); if (values) call(() => begin(values)); };
      body.replaceChildren(h('form', { class: 'pg tstart', onsubmit: began }, h('h3', {}, say('起始数据', 'What it begins with')),
        h('p', { class: 'small muted' }, say('已代填一组能走到办理环节的值，可修改后再发起。', 'Filled in with values that lead to a task; change them before it begins.')),
        fields.controls, h('div', { class: 'pbtns' }, h('button', { class: 'btn sm pri' }, say('发起试运行', 'Begin')), button(say('取消', 'Cancel'), () => { offer = null; draw(); }))), trouble());
      return;
    }
    if (!trial) {
      const variables = h('textarea', { class: 'inp mono', rows: '3', 'aria-label': say('另设流程变量（JSON，可不填）', 'Variables set besides (JSON, may be empty)'), placeholder: '{ }' });
      body.replaceChildren(h('div', { class: 'pline' }, button([icon('play'), say('开始试运行', 'Begin the try-out')], () => start(variables.value), 'btn sm pri'),
        h('span', { class: 'small muted' }, say('由引擎按图中的规则在测试人员和虚拟时钟上办理；服务和另行启动的流程只显示、不执行。', 'The engine works through the drawing with test people and a clock of its own; services and started processes are shown, not done.'))),
      trouble(), h('details', { class: 'pline' }, h('summary', {}, say('另设流程变量', 'Variables set besides')), variables));
      return;
    }
    body.replaceChildren(
      h('div', { class: 'pline', role: 'status' }, h('b', {}, say('虚拟时钟 ', 'Clock '), moment(trial.now)), trial.ended ? h('span', { class: 'tag on' }, say('已办结', 'ended')) : null,
        ADVANCE.map(([by, label]) => button(`+${label()}`, () => move('/advance', { by }))), button(say('到下一时点', 'To the next timer'), () => move('/advance', { next: true })),
        h('span', { class: 'grow' }), button(say('重新开始', 'Begin again'), async () => { await end(); prepare(null); }), button(say('结束', 'End'), end)),
      trouble(), ...(trial.problem ? [h('p', { class: 'err pline', role: 'alert' }, trial.problem.message)] : []),
      h('div', { class: 'tcols' },
        h('section', { 'aria-label': say('待办', 'Tasks') }, h('h3', {}, say('等待办理', 'Waiting tasks')), trial.tasks.length ? trial.tasks.map(task) : h('p', { class: 'muted small' }, say('没有待办的任务。', 'No task waits.')),
          trial.waiting?.length || trial.timers?.length ? [h('h3', {}, say('等待的事件', 'Waiting events')), h('ul', { class: 'plain' }, (trial.timers ?? []).map(one => h('li', {}, link(one), ' ', moment(one.due_at))), (trial.waiting ?? []).map(one => h('li', {}, link(one), ' ', one.kind === 'message' ? button(say('送达消息', 'Send the message'), () => move('/message', { name: one.name, variables: {} }), 'btn sm quiet') : null)))] : null),
        h('section', { 'aria-label': say('经过', 'Events') }, h('h3', {}, say('经过', 'What happened')), h('ol', { class: 'log', tabindex: '0' }, trial.events.map(one => h('li', {}, h('time', {}, moment(one.at)), ' ', one.words)))),
        h('section', { 'aria-label': say('变量', 'Variables') }, h('h3', {}, say('变量', 'Variables')), h('dl', { class: 'kv' }, Object.entries(trial.variables ?? {}).map(([name, value]) => [h('dt', {}, name), h('dd', {}, typeof value === 'string' ? value : JSON.stringify(value))])))));
    const log = body.querySelector('.log');
    log.scrollTop = log.scrollHeight;
  }

  const link = one => h('a', { href: '#canvas', onclick: event => { event.preventDefault(); select(one.element_id, true); } }, one.name || one.element_id);

  const malformed = () => refuse([say('填写的内容不是格式正确的 JSON。', 'What was typed is not well-formed JSON.')]);

  function start(text) {
    try { return prepare(text.trim() ? JSON.parse(text) : null); } catch { return malformed(); }
  }

  function valuesOf(fields) {
    try { return fields.values(); } catch { malformed(); return null; }
  }

  function task(one) {
    const raw = h('textarea', { class: 'inp mono', rows: '3', 'aria-label': say('提交的值（JSON）', 'Values (JSON)'), value: '{}' });
    const fields = one.form ? fieldsOf(one.form, labels) : { controls: raw, values: () => JSON.parse(raw.value || '{}') };
    const complete = event => { event.preventDefault(); const values = valuesOf(fields); if (values) move('/complete', { token: one.token, values }); };
    return h('details', { class: 'ttask', open: trial.tasks.length === 1 }, h('summary', {}, one.name || one.element_id, ' ', h('span', { class: 'small muted' }, [one.assign_words, (one.people ?? []).join(say('、', ', ')), one.due_on ? say(`到期 ${one.due_on}`, `due ${one.due_on}`) : ''].filter(Boolean).join(' · '))),
      h('form', { class: 'pg', onsubmit: complete }, fields.controls, h('button', { class: 'btn sm pri' }, say('办结', 'Complete'))));
  }

  return { id: 'trial', label: say('试运行', 'Try-out'), build: element => { body = element; draw(); }, hide: () => { const kept = trial; trial = null; paint(); trial = kept; }, show: () => { if (trial) paint(); } };
}
