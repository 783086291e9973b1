// Every page: htmx, the keys of the inbox, focus after a refused submission, dialogs. Nothing here is needed to read or submit.
import '../styles/tokens.css';
import '../styles/shared.css';
import { clearShelves } from './kept.js';
import { claim, current, move, news, open, toggle, toggleAll, transfer } from './inbox.js';
import './supervise.js';

document.documentElement.classList.add('js');

// --- keys ------------------------------------------------------------------------------------------------------------

const keys = {
  j: () => move(1),
  k: () => move(-1),
  Enter: () => open(current()),
  x: toggle,
  X: toggleAll,
  c: claim,
  t: transfer,
  n: news,
  '/': () => document.getElementById('find')?.focus(),
  '?': () => document.getElementById('keys')?.showModal()
};
const places = { i: '/inbox', s: '/status', m: '/messages' };

let prefix = '';
document.addEventListener('keydown', event => {
  if (event.ctrlKey && event.key === 'Enter') return submitForm(event);
  if (!document.body.hasAttribute('data-shortcuts') || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector('dialog[open]')) return;
  if (event.target.closest('input, select, textarea, [contenteditable], .djs-container')) return;
  if (event.key === 'Enter' && event.target !== document.body && event.target.id !== 'main') return; // the focused link or button has it
  if (prefix === 'g' && goTo(places[event.key.toLowerCase()])) return;
  prefix = event.key.toLowerCase() === 'g' ? 'g' : '';
  const act = keys[event.shiftKey ? event.key : event.key.toLowerCase()] ?? keys[event.key];
  if (act) { event.preventDefault(); act(); }
});

// Only where the reader has a link to it.
function goTo(path) {
  prefix = '';
  if (!path || !document.querySelector(`header a[href^="${path}"]`)) return false;
  location.assign(path);
  return true;
}

function submitForm(event) {
  const form = document.querySelector('form[data-plain]');
  if (!form || document.querySelector('dialog[open]')) return;
  event.preventDefault();
  document.activeElement.blur(); // a day that was typed counts once its field is left
  setTimeout(() => form.requestSubmit(form.querySelector('button[value=submit]')), 80);
}

// --- small forms in a dialog; the page behind the link has the same form ---------------------------------------------

document.addEventListener('click', async event => {
  const link = event.target.closest('a[data-dialog]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  try {
    const answer = await fetch(link.href);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const content = page.querySelector('main .stack');
    if (!answer.ok || !content.querySelector('form')) return location.assign(link.href);
    content.querySelectorAll('script, dialog').forEach(part => part.remove());
    const dialog = document.createElement('dialog'), title = document.createElement('h2');
    title.textContent = page.querySelector('h1').textContent;
    title.className = 'ch';
    dialog.className = 'dlg form';
    dialog.setAttribute('aria-label', title.textContent);
    dialog.append(title, content);
    document.body.append(dialog);
    dialog.addEventListener('close', () => { dialog.remove(); link.focus(); });
    dialog.addEventListener('click', press => { if (press.target.closest('.cf .quiet')) { press.preventDefault(); dialog.close(); } });
    dialog.showModal();
    dialog.querySelector('select, textarea')?.focus();
  } catch { location.assign(link.href); }
});

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

document.addEventListener('submit', event => { if (event.target.getAttribute('action') === '/logout') clearShelves(); });

// A button that posts is pressed once: the server is idempotent, the reader should not wonder.
document.addEventListener('submit', event => {
  if (event.defaultPrevented || event.target.method !== 'post') return;
  const button = event.submitter;
  if (button) setTimeout(() => { button.disabled = true; });
});
addEventListener('pageshow', event => {
  if (event.persisted) document.querySelectorAll('form button[disabled]:not([aria-describedby])').forEach(b => { b.disabled = false; });
});
