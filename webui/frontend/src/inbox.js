// 我的任务: a filter applies at once, a click on a row chooses it for the preview, rows are ticked for a batch.
import htmx from 'htmx.org';
import { live } from './live.js';

const inbox = () => document.getElementById('inbox');
const wide = matchMedia('(min-width: 1101px)');
const rows = () => [...document.querySelectorAll('tr[data-peek]')];
const boxes = () => [...document.querySelectorAll('input[name=task][form=batch]')];
export const current = () => document.querySelector('tr.on[data-peek]');

function show(url, target = '#inbox') {
  return htmx.ajax('GET', url, { source: inbox(), target, select: target, swap: 'outerMorph', push: url });
}

/** The list anew with the same row chosen, the same boxes ticked, and the focus where it was. */
async function reload(toRow) {
  const ticked = new Set(boxes().filter(box => box.checked).map(box => box.value));
  await show(current()?.dataset.peek ?? location.pathname + location.search);
  for (const box of boxes()) box.checked = ticked.has(box.value);
  countTicked();
  if (toRow) (current() ?? document)?.querySelector('a[data-open]')?.focus();
}

document.addEventListener('change', event => {
  const form = event.target.closest('form[data-filter]');
  if (form && event.target.matches('select')) {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value) query.append(name, value);
    show(`${form.getAttribute('action')}?${query}`);
  }
  if (event.target.matches('[data-all]')) tickAll(event.target.checked);
  else if (event.target.matches('input[name=task]')) countTicked();
});

// On a phone the tabs scroll sideways: the current one is brought into sight.
function showTab() {
  const tab = document.querySelector('#inbox .tabs a[aria-current]'), bar = tab?.parentElement;
  if (!bar) return;
  const [inner, outer] = [tab.getBoundingClientRect(), bar.getBoundingClientRect()];
  bar.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
}

document.addEventListener('click', event => {
  const row = event.target.closest('tr[data-peek]');
  if (!row || event.target.closest('a, button, input, label')) return;
  if (wide.matches) choose(row);
  else open(row);
});

/** Only the preview is loaded: rows that have come meanwhile do not slip in under the hand. */
function choose(row) {
  for (const other of rows()) {
    other.classList.toggle('on', other === row);
    other.querySelector('a[data-open]').toggleAttribute('aria-current', false);
  }
  row.querySelector('a[data-open]').setAttribute('aria-current', 'true');
  row.scrollIntoView({ block: 'nearest' });
  if (wide.matches) show(row.dataset.peek, '#peek');
}

export function open(row) {
  const link = row?.querySelector('a[data-open]');
  if (link) location.assign(link.href);
}

export function move(step) {
  const all = rows();
  if (!all.length) return document.querySelector(step > 0 ? 'a[data-next]' : 'a[data-previous]')?.click();
  choose(all[Math.min(all.length - 1, Math.max(0, all.indexOf(current()) + step))]);
}

// --- several rows ----------------------------------------------------------------------------------------------------

function tickAll(on) {
  for (const box of boxes()) box.checked = on;
  countTicked();
}

export function toggleAll() {
  tickAll(boxes().some(box => !box.checked));
}

export function toggle() {
  current()?.querySelector('input[name=task]')?.click();
}

function countTicked() {
  const all = boxes(), ticked = all.filter(box => box.checked).length, head = document.querySelector('[data-all]');
  if (!head) return;
  head.checked = ticked > 0 && ticked === all.length;
  head.indeterminate = ticked > 0 && ticked < all.length;
}

export function claim() {
  const several = document.querySelector('[data-key=claim-chosen]');
  if (several && boxes().some(box => box.checked)) several.click();
  else document.querySelector('.peek button[data-key=claim]')?.click();
}

export function transfer() {
  const several = document.querySelector('[data-key=transfer-chosen]');
  if (several && boxes().some(box => box.checked)) several.click();
  else document.querySelector('.peek a[data-key=transfer]')?.click();
}

export function news() {
  document.querySelector('#news button')?.click();
}

showTab();
document.addEventListener('htmx:after:swap', showTab);
live(reload);
