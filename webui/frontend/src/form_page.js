// What surrounds the form: error summary, status line, dialogs, the buttons while something is under way.
import { elementId } from './fields.js';
import { text } from './texts.js';

const place = () => document.querySelector('[data-summary]');

/** Show [{label, messages, field, indexes}] above the form and put the focus there. Lines without field are no links. */
export function summary(form, items) {
  const box = element('div', { className: 'errsum', tabIndex: -1 });
  box.setAttribute('role', 'alert');
  const list = element('ul');
  for (const item of inPageOrder(form, items)) {
    const words = (item.label ? item.label + text('separator') : '') + item.messages.join(text('and'));
    const line = element('li');
    if (item.field) {
      const link = element('a', { href: `#${elementId(form, item)}`, textContent: words });
      link.addEventListener('click', event => { event.preventDefault(); reach(form, item); });
      line.append(link);
    } else line.textContent = words;
    list.append(line);
  }
  box.append(element('h2', { textContent: text('refused', { n: items.length }) }), list);
  place().replaceChildren(box);
  box.focus();
}

function inPageOrder(form, items) {
  const place = new Map(items.map(item => [item, item.field ? target(form, item) : null]));
  return [...items].sort((a, b) => {
    const [first, second] = [place.get(a), place.get(b)];
    if (!first || !second) return 0;
    return first.compareDocumentPosition(second) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
  });
}

function target(form, item) {
  const id = elementId(form, item);
  return document.getElementById(id) ?? document.querySelector(`[id^="${CSS.escape(id)}"]`);
}

export function clearSummary() {
  place().replaceChildren();
}

function reach(form, item) {
  const found = target(form, item), controls = 'input, select, textarea, button';
  const input = found?.matches(controls) ? found : found?.querySelector(controls) ?? found;
  input?.focus();
  input?.scrollIntoView({ block: 'center' });
}

/** One line beside the buttons, read out by screen readers. */
export function say(words, done = false) {
  const line = document.querySelector('[data-saved]');
  line.textContent = words;
  if (done) line.insertAdjacentElement('afterbegin', tick());
}

function tick() {
  const ns = 'http://www.w3.org/2000/svg', svg = document.createElementNS(ns, 'svg'), use = document.createElementNS(ns, 'use');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', '#s-blue');
  svg.append(use);
  return svg;
}

export function busy(on) {
  for (const button of document.querySelectorAll('form[data-plain] button')) button.disabled = on;
}

/** Open the dialog `id`; resolves to the value of the button pressed, "" for Escape. */
export function ask(id, detail = '') {
  const dialog = document.getElementById(id), line = dialog.querySelector('[data-detail]');
  if (line) line.textContent = detail;
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise(resolve => dialog.addEventListener('close', () => resolve(dialog.returnValue), { once: true }));
}

function element(name, properties = {}) {
  return Object.assign(document.createElement(name), properties);
}
