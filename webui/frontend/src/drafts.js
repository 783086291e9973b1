// Drafts: kept in this browser at each change, sent a moment after the last one, with the time shown; a lost connection
// loses nothing, and another window is noticed. Leaving with unsent text warns.
import { Problem, send } from './http.js';
import { isLost } from './connection.js';
import { say } from './form_page.js';
import { shelf } from './kept.js';
import { text } from './texts.js';

const pause = 2500; // ms after the last change

/** settle(error): shows a conflict and answers what to go on with, or null. line: the connection. */
export function drafts(form, data, line, settle) {
  const url = data.draftUrl, here = shelf('draft', data.completeUrl);
  let dirty = false, over = false, held = false, timer = 0, running = null, version = 0, revision = data.revision;
  let known = '', touched = false;

  form.on('changed', 500, () => note());
  // Fields report their first values once they are drawn: looking at a form is no draft of it.
  for (const kind of ['input', 'change', 'click', 'keydown']) form._container.addEventListener(kind, () => { touched = true; }, true);

  function note() {
    const values = sendable(form), now = JSON.stringify(values);
    if (now === known) return;
    known = now;
    if (!touched) return;
    dirty = true;
    version += 1;
    here.put({ values, revision });
    clearTimeout(timer);
    if (url) timer = setTimeout(save, pause);
  }

  async function save() {
    clearTimeout(timer);
    if (!url || over || held) return;
    if (running) await running;
    const saving = version;
    say(text('saving'));
    running = send('PUT', url, { values: sendable(form), based_on: revision, form_version: data.formVersion }).then(
      answer => saved(answer, saving),
      error => trouble(error)
    ).finally(() => { running = null; });
    await running;
  }

  function saved(answer, saving) {
    revision = answer.revision;
    if (saving === version) {
      dirty = false;
      here.drop();
    }
    line.found();
    say(text('saved', { time: clock(answer.saved_at) }), true);
  }

  async function trouble(error) {
    if (isLost(error)) {
      say(text('keptHere'));
      return line.lost(save);
    }
    say(text('notSaved'));
    if (!(error instanceof Problem) || error.status !== 409 || over) return;
    over = true; // not asked again at every change
    await goOn(await settle(error));
  }

  /** On with what the reader has chosen; null: he left it as it is. */
  async function goOn(answer) {
    if (!answer) return;
    if (answer.look) {
      over = true;
      return location.reload();
    }
    revision = answer.revision;
    data.formVersion = answer.formVersion;
    over = false;
    await form.importSchema(data.schema, answer.values);
    known = '';
    touched = true;
    note();
  }

  /** What this browser has and the server has not: typed while it could not be reached, or just before a crash. */
  async function restore() {
    known = JSON.stringify(sendable(form));
    const kept = here.get();
    if (!kept || JSON.stringify(kept.values) === known) return here.drop();
    await form.importSchema(data.schema, { ...data.values, ...kept.values });
    touched = true;
    known = '';
    revision = kept.revision; // a newer draft of another window is then a conflict, not overwritten
    note();
    say(text('restored'));
  }

  addEventListener('beforeunload', event => { if (dirty && !over) event.preventDefault(); });
  document.addEventListener('visibilitychange', () => { if (document.hidden && dirty) save(); });
  return {
    save,
    restore,
    goOn,
    known: () => (url ? { based_on: revision, form_version: data.formVersion } : {}),
    hold(on) { held = on; clearTimeout(timer); },
    finish() { over = true; dirty = false; clearTimeout(timer); here.drop(); shelf('kept', data.taskId).drop(); }
  };
}

// Files that were chosen and not uploaded yet are known to this page only.
function sendable(form) {
  return JSON.parse(JSON.stringify(form._getSubmitData(), (key, value) => (typeof value === 'string' && value.startsWith('files::') ? undefined : value)));
}

// The server's time, not this machine's: the business clock may be another.
function clock(at) {
  const when = at ? new Date(at) : new Date();
  return new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', hour12: false }).format(when);
}
