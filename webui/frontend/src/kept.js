// What stays in this browser because the server does not have it: per account and task, gone with submission and sign-out.

const prefix = 'cx:';

/** A place for one thing: {get, put, drop}. A browser that keeps nothing (private window, full) gets none back. */
export function shelf(kind, name) {
  const key = [prefix.slice(0, -1), kind, document.body.dataset.account ?? '', name].join(':');
  return {
    get() {
      try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
    },
    put(value) {
      try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* nothing is kept then, as the page says */ }
    },
    drop() {
      try { localStorage.removeItem(key); } catch { /* there was nothing */ }
    }
  };
}

/** Whoever signs out leaves nothing behind for the next person at this desk. */
export function clearShelves() {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
  } catch { /* there was nothing */ }
}

/** Into the clipboard, also on plain http, where browsers have no navigator.clipboard. */
export async function copyText(words) {
  if (navigator.clipboard) return navigator.clipboard.writeText(words);
  const box = Object.assign(document.createElement('textarea'), { value: words, className: 'sr' });
  (document.querySelector('dialog[open]') ?? document.body).append(box);
  box.select();
  document.execCommand('copy');
  box.remove();
}

// On the page of a task that is somebody else's by now: what the reader had typed and could not send.
const note = document.querySelector('[data-kept]');
if (note) {
  const own = shelf('kept', note.dataset.kept), kept = own.get();
  if (kept) {
    note.hidden = false;
    note.querySelector('[data-kept-text]').textContent = kept.text;
    note.querySelector('[data-kept-copy]').addEventListener('click', () => copyText(kept.text));
    note.querySelector('[data-kept-drop]').addEventListener('click', () => { own.drop(); note.hidden = true; });
  }
}
