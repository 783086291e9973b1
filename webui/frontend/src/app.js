// Every page: htmx, the keys of the inbox, focus after a refused submission, dialogs. Nothing here is needed to read or submit.
import '../styles/tokens.css';
import '../styles/shared.css';
import htmx from 'htmx.org';

document.documentElement.classList.add('js');

// --- inbox: a filter applies at once, a click on a row chooses it for the preview ------------------------------------

const inbox = () => document.getElementById('inbox');
const wide = matchMedia('(min-width: 1101px)');

function show(url) {
  return htmx.ajax('GET', url, { source: inbox(), target: '#inbox', select: '#inbox', swap: 'outerMorph', push: url });
}

document.addEventListener('change', event => {
  const form = event.target.closest('form[data-filter]');
  if (!form) return;
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value) query.append(name, value);
  show(`${form.getAttribute('action')}?${query}`);
});

// On a phone the tabs scroll sideways: the current one is brought into sight.
function showTab() {
  const tab = document.querySelector('#inbox .tabs a[aria-current]'), bar = tab?.parentElement;
  if (!bar) return;
  const [inner, outer] = [tab.getBoundingClientRect(), bar.getBoundingClientRect()];
  bar.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
}
showTab();
document.addEventListener('htmx:after:swap', showTab);

document.addEventListener('click', event => {
  const row = event.target.closest('tr[data-peek]');
  if (!row || event.target.closest('a, button, input, label')) return;
  if (wide.matches) show(row.dataset.peek);
  else open(row);
});

function open(row) {
  const link = row?.querySelector('a[data-open]');
  if (link) location.assign(link.href);
}

// --- keys ------------------------------------------------------------------------------------------------------------

const current = () => document.querySelector('tr.on[data-peek]');

function move(step) {
  const rows = [...document.querySelectorAll('tr[data-peek]')];
  if (!rows.length) return document.querySelector('a[data-next]')?.click();
  const next = rows[Math.min(rows.length - 1, Math.max(0, rows.indexOf(current()) + step))];
  rows.forEach(row => row.classList.toggle('on', row === next));
  next.scrollIntoView({ block: 'nearest' });
  if (wide.matches) show(next.dataset.peek);
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  Enter: () => open(current()),
  x: () => current()?.querySelector('input[type=checkbox]')?.click(),
  c: () => document.querySelector('.peek button[data-key=claim]')?.click(),
  '/': () => document.getElementById('find')?.focus(),
  '?': () => document.getElementById('keys')?.showModal()
};

let prefix = '';
document.addEventListener('keydown', event => {
  if (event.ctrlKey && event.key === 'Enter') return submitForm(event);
  if (!document.body.hasAttribute('data-shortcuts') || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector('dialog[open]')) return;
  if (event.target.closest('input, select, textarea, [contenteditable], .djs-container')) return;
  if (event.key === 'Enter' && event.target !== document.body && event.target.id !== 'main') return; // the focused link or button has it
  if (prefix === 'g' && event.key.toLowerCase() === 'i') { prefix = ''; return location.assign('/inbox'); }
  prefix = event.key.toLowerCase() === 'g' ? 'g' : '';
  const act = keys[event.key] ?? keys[event.key.toLowerCase()];
  if (act) { event.preventDefault(); act(); }
});

function submitForm(event) {
  const form = document.querySelector('form[data-plain]');
  if (!form || document.querySelector('dialog[open]')) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector('button[value=submit]'));
}

// --- after loading ---------------------------------------------------------------------------------------------------

document.querySelector('[data-autofocus]')?.focus();

document.addEventListener('click', event => {
  for (const menu of document.querySelectorAll('details.menu[open]')) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener('keydown', event => {
  if (event.key !== 'Escape') return;
  for (const menu of document.querySelectorAll('details.menu[open]')) { menu.open = false; menu.querySelector('summary').focus(); }
});

const printer = document.querySelector('[data-print]');
if (printer) { printer.hidden = false; printer.addEventListener('click', () => print()); }

// A button that posts is pressed once: the server is idempotent, the reader should not wonder.
document.addEventListener('submit', event => {
  if (event.defaultPrevented || event.target.method !== 'post') return;
  const button = event.submitter;
  if (button) setTimeout(() => { button.disabled = true; });
});
addEventListener('pageshow', event => {
  if (event.persisted) document.querySelectorAll('form button[disabled]:not([aria-describedby])').forEach(b => { b.disabled = false; });
});
