// Drafts: saved by themselves a moment after the last change, with the time shown; leaving with unsaved text warns.
import { Problem, send } from './http.js';
import { ask, say } from './form_page.js';
import { text } from './texts.js';

const pause = 2500; // ms after the last change

export function drafts(form, url) {
  let dirty = false, over = false, timer = 0, running = null, version = 0;

  form.on('changed', 500, () => note());
  const first = JSON.stringify(form._getSubmitData());
  let known = first;

  function note() {
    const now = JSON.stringify(form._getSubmitData());
    if (now === known) return;
    known = now;
    dirty = true;
    version += 1;
    clearTimeout(timer);
    if (url) timer = setTimeout(save, pause);
  }

  async function save() {
    clearTimeout(timer);
    if (!url || over) return;
    if (running) await running;
    const saving = version;
    say(text('saving'));
    running = send('PUT', url, { values: form._getSubmitData() }).then(
      answer => { if (saving === version) dirty = false; say(text('saved', { time: clock(answer.saved_at) }), true); },
      error => trouble(error)
    ).finally(() => { running = null; });
    await running;
  }

  async function trouble(error) {
    say(text('notSaved'));
    if (!(error instanceof Problem) || error.status !== 409 || over) return;
    over = true; // somebody else has it now: do not ask again at every change
    if (await ask('conflict', error.detail) === 'look') { dirty = false; location.reload(); }
  }

  addEventListener('beforeunload', event => { if (dirty && !over) event.preventDefault(); });
  document.addEventListener('visibilitychange', () => { if (document.hidden && dirty) save(); });
  return { save, finish() { over = true; dirty = false; clearTimeout(timer); } };
}

// The server's time, not this machine's: the business clock may be another.
function clock(at) {
  const when = at ? new Date(at) : new Date();
  return new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', hour12: false }).format(when);
}
