// The bar left of the canvas: tools, and the elements that are drawn most. A toolbar with one tab stop, moved through by arrows.
import { PopupEntries } from 'bpmn-js/lib/features/popup-menu/PopupEntries.js';
import { h } from './dom.js';
import { translate } from './viewing.js';

const tools = [
  ['Hand tool', 'bpmn-icon-hand-tool', (get, event) => get('handTool').activateHand(event, true)],
  ['Lasso tool', 'bpmn-icon-lasso-tool', (get, event) => get('lassoTool').activateSelection(event)],
  ['Space tool', 'bpmn-icon-space-tool', (get, event) => get('spaceTool').activateSelection(event)],
  ['Connect tool', 'bpmn-icon-connection-multi', (get, event) => get('globalConnect').start(event)]
];
const often = [
  'none-start-event', 'timer-intermediate-catch', 'none-end-event', 'exclusive-gateway', 'parallel-gateway', 'user-task',
  'service-task', 'rule-task', 'call-activity', 'expanded-subprocess', 'expanded-pool'
];

export function buildPalette(host, viewer) {
  const get = name => viewer.get(name);
  const buttons = [
    ...tools.map(([name, look, act]) => button(translate(name), look, event => act(get, event))),
    ...often.map(id => {
      const entry = { id, ...PopupEntries[id] }, made = button(translate(entry.label), entry.className, event => get('drawing').begin(event, entry));
      made.draggable = true;
      made.addEventListener('dragstart', event => { event.preventDefault(); get('drawing').begin(event, entry); });
      return made;
    }),
    button(translate('More elements'), 'studio-more', () => get('drawing').openCreate())
  ];
  host.replaceChildren(...buttons);
  buttons.forEach((one, index) => { one.tabIndex = index ? -1 : 0; });
  host.addEventListener('keydown', event => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = buttons.indexOf(document.activeElement), next = buttons[(at + step + buttons.length) % buttons.length];
    buttons.forEach(one => { one.tabIndex = one === next ? 0 : -1; });
    next.focus();
  });
}

const button = (name, look, act) => h('button', { type: 'button', class: look, 'aria-label': name, title: name, onclick: act });
