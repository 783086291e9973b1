// Making elements. Everything that people typed goes through textContent or an attribute: nothing is ever parsed as HTML.

/** h('button', { class: 'btn', onclick: go }, 'Go'): attributes, listeners (on…), properties (value, checked, …), children. */
export function h(name, given = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (['value', 'checked', 'disabled', 'readOnly', 'hidden', 'open', 'selected'].includes(key)) element[key] = value;
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.flat(3).filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

/** An icon of the page's sprite. */
export function icon(name, kind = 'i') {
  const ns = 'http://www.w3.org/2000/svg', svg = document.createElementNS(ns, 'svg'), use = document.createElementNS(ns, 'use');
  if (kind === 'i') svg.setAttribute('class', 'i');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#${kind}-${name}`);
  svg.append(use);
  return svg;
}

/** A light: always a shape and a word. */
export const light = (color, word, extra = '') => h('span', { class: `light ${color} ${extra}`.trim() }, icon(color, 's'), word);

export const option = (value, label, selected) => h('option', { value, selected: value === selected }, label);

let made = 0;
export const freshId = prefix => `${prefix}-${++made}`;

/** Calls `act` once things have been quiet for `pause` ms. */
export function quiet(act, pause) {
  let timer = 0;
  return (...given) => { clearTimeout(timer); timer = setTimeout(() => act(...given), pause); };
}

/** Asks in a dialog; resolves with the value of the pressed button, '' when it is closed. buttons: [[value, label], …], the last is the main one. */
export function ask(title, words, buttons) {
  const heading = freshId('ask');
  const dialog = h('dialog', { class: 'dlg', 'aria-labelledby': heading },
    h('div', { class: 'ch' }, h('h2', { id: heading }, title)),
    h('div', { class: 'cb stack' }, words.map(line => (line instanceof Node ? line : h('p', {}, line)))),
    h('form', { method: 'dialog', class: 'cf' }, h('span', { class: 'grow' }), buttons.map(([value, label], index) =>
      h('button', { class: index === buttons.length - 1 ? 'btn pri' : 'btn', value }, label))));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise(resolve => dialog.addEventListener('close', () => { dialog.remove(); resolve(dialog.returnValue); }));
}
