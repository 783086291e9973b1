// 试运行: the draft run by the engine on test people and a clock of its own. Nothing of it touches a live case.
import { send } from '../../http.js';
import { h, icon } from '../dom.js';
import { say, moment } from '../words.js';

const ADVANCE = [['PT1H', () => say('1 小时', '1 hour')], ['P1D', () => say('1 天', '1 day')], ['P7D', () => say('7 天', '7 days')], ['P30D', () => say('30 天', '30 days')]];

export function trialTab({ viewer, id, read, select, shapeOf }) {
  const overlays = viewer.get('overlays'), canvas = viewer.get('canvas');
  let body = null, trial = null, trouble = '', marked = [], busy = false;

  const url = part => `/api/v1/trials/${trial.id}${part}`;
  const call = async act => {
    if (busy) return;
    busy = true;
    body.setAttribute('aria-busy', 'true');
    try { trial = await act(); trouble = ''; } catch (error) { trouble = (error.problems ?? []).map(one => `${shapeOf(one.element_id)?.businessObject.name ?? one.element_name ?? ''} ${one.message}`).join(' ') || error.detail || say('连接中断，请重试。', 'The connection is lost; try again.'); }
    busy = false;
    body.removeAttribute('aria-busy');
    paint();
    draw();
  };

  const begin = variables => call(async () => send('POST', '/api/v1/trials', { design_id: id, xml: await read(), ...(variables ? { variables } : {}) }));
  const end = async () => { try { await send('DELETE', url('')); } catch { /* it ends by itself */ } trial = null; trouble = ''; paint(); draw(); };

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
    if (!trial) {
      const variables = h('textarea', { class: 'inp mono', rows: '3', 'aria-label': say('起始变量（JSON，可不填）', 'Variables to begin with (JSON, may be empty)'), placeholder: '{ }' });
      body.replaceChildren(h('div', { class: 'pline' }, button([icon('play'), say('开始试运行', 'Begin the try-out')], () => start(variables.value), 'btn sm pri'),
        h('span', { class: 'small muted' }, say('由引擎按图中的规则在测试人员和虚拟时钟上办理；服务和另行启动的流程只显示、不执行。', 'The engine works through the drawing with test people and a clock of its own; services and started processes are shown, not done.'))),
      ...(trouble ? [h('p', { class: 'err pline', role: 'alert' }, trouble)] : []), h('details', { class: 'pline' }, h('summary', {}, say('起始变量', 'Variables to begin with')), variables));
      return;
    }
    body.replaceChildren(
      h('div', { class: 'pline', role: 'status' }, h('b', {}, say('虚拟时钟 ', 'Clock '), moment(trial.now)), trial.ended ? h('span', { class: 'tag on' }, say('已办结', 'ended')) : null,
        ADVANCE.map(([by, label]) => button(`+${label()}`, () => call(() => send('POST', url('/advance'), { by })))), button(say('到下一时点', 'To the next timer'), () => call(() => send('POST', url('/advance'), { next: true }))),
        h('span', { class: 'grow' }), button(say('重新开始', 'Begin again'), async () => { await end(); begin(); }), button(say('结束', 'End'), end)),
      ...(trouble || trial.problem ? [h('p', { class: 'err pline', role: 'alert' }, trouble || trial.problem.message)] : []),
      h('div', { class: 'tcols' },
        h('section', { 'aria-label': say('待办', 'Tasks') }, h('h3', {}, say('等待办理', 'Waiting tasks')), trial.tasks.length ? trial.tasks.map(task) : h('p', { class: 'muted small' }, say('没有待办的任务。', 'No task waits.')),
          trial.waiting?.length || trial.timers?.length ? [h('h3', {}, say('等待的事件', 'Waiting events')), h('ul', { class: 'plain' }, (trial.timers ?? []).map(one => h('li', {}, link(one), ' ', moment(one.due_at))), (trial.waiting ?? []).map(one => h('li', {}, link(one), ' ', one.kind === 'message' ? button(say('送达消息', 'Send the message'), () => call(() => send('POST', url('/message'), { name: one.name, variables: {} })), 'btn sm quiet') : null)))] : null),
        h('section', { 'aria-label': say('经过', 'Events') }, h('h3', {}, say('经过', 'What happened')), h('ol', { class: 'log', tabindex: '0' }, trial.events.map(one => h('li', {}, h('time', {}, moment(one.at)), ' ', one.words)))),
        h('section', { 'aria-label': say('变量', 'Variables') }, h('h3', {}, say('变量', 'Variables')), h('dl', { class: 'kv' }, Object.entries(trial.variables ?? {}).map(([name, value]) => [h('dt', {}, name), h('dd', {}, typeof value === 'string' ? value : JSON.stringify(value))])))));
    const log = body.querySelector('.log');
    log.scrollTop = log.scrollHeight;
  }

  const link = one => h('a', { href: '#canvas', onclick: event => { event.preventDefault(); select(one.element_id, true); } }, one.name || one.element_id);

  function start(text) {
    if (!text.trim()) return begin();
    try { return begin(JSON.parse(text)); } catch { trouble = say('起始变量不是格式正确的 JSON。', 'The variables are not well-formed JSON.'); return draw(); }
  }

  function task(one) {
    const inputs = new Map(), raw = h('textarea', { class: 'inp mono', rows: '3', 'aria-label': say('提交的值（JSON）', 'Values (JSON)'), value: '{}' });
    const components = (one.form?.schema?.components ?? []).filter(item => item.key);
    const send_ = event => {
      event.preventDefault();
      let values = {};
      try { values = components.length ? Object.fromEntries([...inputs].map(([key, get]) => [key, get()]).filter(([, value]) => value !== undefined && value !== '')) : JSON.parse(raw.value || '{}'); } catch { trouble = say('提交的值不是格式正确的 JSON。', 'The values are not well-formed JSON.'); draw(); return; }
      call(() => send('POST', url('/complete'), { token: one.token, values }));
    };
    return h('details', { class: 'ttask', open: trial.tasks.length === 1 }, h('summary', {}, one.name || one.element_id, ' ', h('span', { class: 'small muted' }, [one.assign_words, (one.people ?? []).join('、'), one.due_on ? say(`到期 ${one.due_on}`, `due ${one.due_on}`) : ''].filter(Boolean).join(' · '))),
      h('form', { class: 'pg', onsubmit: send_ }, components.length ? components.map(item => control(item, inputs, one.form.suggested?.[item.key])) : raw, h('button', { class: 'btn sm pri' }, say('办结', 'Complete'))));
  }

  return { id: 'trial', label: say('试运行', 'Try-out'), build: element => { body = element; draw(); }, hide: () => { const kept = trial; trial = null; paint(); trial = kept; }, show: () => { if (trial) paint(); } };
}

// A plain control for one component of a form: enough to try a branch, not the form that officers fill in.
function control(item, inputs, suggested) {
  const label = item.label || item.key, options = item.values ?? [];
  let input;
  if (item.type === 'checkbox') input = h('input', { type: 'checkbox' });
  else if (options.length && item.type !== 'checklist') input = h('select', { class: 'inp' }, h('option', { value: '' }, '—'), options.map(one => h('option', { value: one.value }, one.label ?? one.value)));
  else if (['dynamiclist', 'checklist', 'taglist'].includes(item.type)) input = h('textarea', { class: 'inp mono', rows: '2', placeholder: '[ ]' });
  else input = h(item.type === 'textarea' ? 'textarea' : 'input', { class: 'inp', type: item.type === 'number' ? 'number' : item.type === 'datetime' ? 'date' : undefined });
  if (suggested !== undefined && suggested !== null) {
    if (item.type === 'checkbox') input.checked = Boolean(suggested);
    else input.value = typeof suggested === 'object' ? JSON.stringify(suggested) : String(suggested);
  }
  inputs.set(item.key, () => (item.type === 'checkbox' ? input.checked : ['dynamiclist', 'checklist', 'taglist'].includes(item.type) ? (input.value ? JSON.parse(input.value) : undefined) : item.type === 'number' && input.value ? Number(input.value) : input.value));
  return h('label', { class: item.type === 'checkbox' ? 'chk' : 'field' }, item.type === 'checkbox' ? [input, label] : [h('span', {}, label, item.validate?.required ? h('span', { class: 'req' }, ' *') : null), input]);
}
