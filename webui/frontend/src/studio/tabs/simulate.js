// 模拟运行: the tab around the player, which is loaded when it is first asked for and lies over the canvas while it plays.
import { h, icon } from '../dom.js';
import { say } from '../words.js';

export function simulateTab({ read, stage }) {
  let body = null, playing = null, list = null, buttons = null, status = null;

  function build(element) {
    body = element;
    list = h('ol', { class: 'log', 'aria-label': say('模拟记录', 'Log'), tabindex: '0' });
    status = h('span', { class: 'small muted', role: 'status' });
    buttons = h('div', { class: 'pline' });
    body.replaceChildren(buttons, list);
    draw();
  }

  function draw() {
    const button = (label, act, look = 'btn sm') => h('button', { type: 'button', class: look, onclick: act }, label);
    buttons.replaceChildren(...(playing ? [
      button([icon('play'), say('发起一件', 'Begin a case')], () => tell(playing.start() || say('图中没有连出的开始事件。', 'No start event leads anywhere.'))),
      button(say('放行等待的事件', 'Let what waits go on'), () => tell(playing.step() || say('没有在等待的事件。', 'Nothing waits.'))),
      button(say('暂停 / 继续', 'Pause / resume'), () => tell(playing.pause() ? say('已暂停。', 'Paused.') : say('继续。', 'Goes on.'))),
      button(say('重来', 'Reset'), () => { playing.reset(); list.replaceChildren(); tell(''); }),
      h('label', { class: 'small' }, say('速度 ', 'Speed '), h('select', { class: 'inp auto', onchange: event => playing.speed(Number(event.target.value)) }, [['0.5', say('慢', 'slow')], ['1', say('正常', 'normal')], ['2', say('快', 'fast')], ['8', say('极快', 'very fast')]].map(([value, label]) => h('option', { value, selected: value === '1' }, label)))),
      status, h('span', { class: 'grow' }), button(say('退出模拟', 'Leave'), leave)
    ] : [
      button([icon('play'), say('开始模拟', 'Simulate')], enter),
      h('span', { class: 'small muted' }, say('在浏览器中演示标记怎样走：点图上的按钮选择分支、触发事件。不保存，不涉及办理人和期限；要按规则试办，请用“试运行”。', 'Shows in the browser how tokens move: buttons on the drawing choose branches and trigger events. Nothing is kept; people and deadlines are the matter of the try-out.'))
    ]));
  }

  const tell = said => { status.textContent = typeof said === 'string' ? said : ''; };

  function log(words) {
    list.append(h('li', {}, words));
    while (list.childElementCount > 300) list.firstElementChild.remove();
    list.scrollTop = list.scrollHeight;
  }

  async function enter() {
    const { simulate } = await import('../simulation.js');
    list.replaceChildren();
    playing = await simulate(stage.open(), await read(), log);
    draw();
    tell(say('点“发起一件”，或点图上开始事件旁的按钮。', 'Begin a case here, or with the button beside the start event.'));
  }

  function leave() {
    if (!playing) return;
    playing.destroy();
    playing = null;
    stage.close();
    draw();
  }

  return { id: 'simulate', label: say('模拟运行', 'Simulation'), build, hide: leave, enter: () => playing || enter() };
}
