// The line above the canvas: somebody else is writing, the connection is cut, what has just happened.
import { h, icon } from './dom.js';
import { say } from './words.js';

const minutes = until => Math.max(1, Math.ceil((new Date(until) - Date.now()) / 60_000));

export function banners(root) {
  const place = root.querySelector('[data-notes]');
  let timer = 0;
  const put = (kind, ...content) => {
    clearTimeout(timer);
    place.replaceChildren(h('div', { class: `note ${kind === 'info' ? '' : kind}`, role: kind === 'err' ? 'alert' : 'status' }, content));
  };
  return {
    show: (kind, words) => { put(kind, words, h('span', { class: 'grow' }), h('button', { type: 'button', class: 'btn sm icon quiet', 'aria-label': say('关闭', 'Close'), onclick: () => place.replaceChildren() }, icon('x'))); },
    /** facts: { name, until } of whoever writes. The lock can be taken once it has run out: until then the button waits. */
    locked: ({ name = say('其他分析员', 'Another analyst'), until }, takeOver, more = '') => {
      const button = h('button', { type: 'button', class: 'btn sm', onclick: takeOver }, say('请求接手', 'Take over'));
      const left = () => Math.max(0, new Date(until) - Date.now());
      const wait = () => { button.disabled = left() > 0; if (left()) timer = setTimeout(wait, Math.min(left() + 200, 5000)); };
      put('warn', icon('lock'), h('span', { class: 'grow' }, say(`${name} 正在编辑，现在只能查看。`, `${name} is editing; for now you can only look.`), ' ', more, ' ',
        h('span', { class: 'small' }, say(`对方离开 ${minutes(until)} 分钟内即可接手。`, `You can take over within ${minutes(until)} minutes after they have left.`))), button);
      wait();
    }
  };
}
