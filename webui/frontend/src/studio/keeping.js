// The draft on its way to the server: saved two seconds after a change under a lock, kept on this machine while the
// connection is cut, and never written over what somebody else has saved.
import { Problem, send } from '../http.js';

const PAUSE = 2000, RETRY = 5000, HEARTBEAT = 40_000; // ms; the server's lock runs 120 s

/**
 * events: state({kind, …}), conflict(problem), lost(problem). read(): Promise of the text in the editor.
 * write(text, rev): saves it, for what is more than one XML file.
 */
export class Keeping {
  constructor({ id, rev, read, events, write }) {
    const url = `/api/v1/designs/${id}`;
    Object.assign(this, { url, place: `cx-design-${id}`, rev, read, events, write: write ?? ((text, base) => put(`${url}/xml`, text, base)) });
    this.changes = 0; // counted, so that a change during a save is noticed
    this.saved = 0;
    this.stopped = false;
    addEventListener('online', () => this.dirty && this.save());
    addEventListener('beforeunload', event => { if (this.dirty && !this.keptHere) event.preventDefault(); });
    addEventListener('pagehide', () => this.release());
    document.addEventListener('visibilitychange', () => { if (document.hidden && this.dirty) this.save(); });
  }

  get dirty() { return this.changes !== this.saved; }

  /** Takes the lock and keeps it. Throws Problem design_locked {person, until}. */
  async hold(options = {}) {
    const lock = await send('POST', `${this.url}/lock`, options);
    this.holding = setInterval(() => send('POST', `${this.url}/lock`, {}).catch(error => this.#refused(error)), HEARTBEAT);
    return lock;
  }

  /** Lets go of the lock; also works while the page is being left. */
  release() {
    if (!this.holding) return;
    clearInterval(this.holding);
    this.holding = null;
    const form = new FormData();
    form.set('csrf_token', document.querySelector('meta[name=csrf-token]')?.content ?? '');
    navigator.sendBeacon(`${this.url}/unlock`, form);
  }

  changed() {
    if (this.stopped) return;
    this.changes += 1;
    this.events.state({ kind: 'dirty' });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
    clearTimeout(this.copying);
    this.copying = setTimeout(() => this.#copy(), 300);
  }

  /** Saves now. Waits for a save that is under way. */
  async save() {
    clearTimeout(this.timer);
    if (this.running) await this.running;
    if (this.stopped || !this.dirty) return;
    this.running = this.#put().finally(() => { this.running = null; });
    await this.running;
  }

  async #put() {
    const at = this.changes, xml = await this.read();
    this.events.state({ kind: 'saving' });
    try {
      const answer = await this.write(xml, this.rev);
      this.rev = answer.rev;
      this.saved = at;
      if (!this.dirty) this.forget();
      this.events.state({ kind: 'saved', at: answer.saved_at });
    } catch (error) {
      this.#keepHere(xml);
      this.#refused(error);
    }
  }

  #refused(error) {
    if (error instanceof Problem && ['design_changed', 'design_locked', 'design_closed'].includes(error.code)) {
      this.stop();
      this.events[error.code === 'design_changed' ? 'conflict' : 'lost'](error);
    } else if (error instanceof Problem && error.status === 422) {
      this.events.state({ kind: 'refused', text: error.detail });
    } else if (this.dirty || !(error instanceof Problem)) {
      this.events.state({ kind: error instanceof Problem ? 'failed' : 'offline', kept: this.keptHere, text: error.detail });
      clearTimeout(this.timer);
      if (this.dirty) this.timer = setTimeout(() => this.save(), RETRY);
    }
  }

  stop() {
    this.stopped = true;
    clearInterval(this.holding);
    clearTimeout(this.timer);
  }

  async #copy() {
    if (this.dirty) this.#keepHere(await this.read());
  }

  #keepHere(xml) {
    try {
      localStorage.setItem(this.place, JSON.stringify({ rev: this.rev, xml, at: new Date().toISOString() }));
      this.keptHere = true;
    } catch { this.keptHere = false; } // full, or not allowed here: the state line says that nothing is kept
  }

  /** What this machine kept and the server has not seen: { rev, xml, at }, or null. */
  kept() {
    try { return JSON.parse(localStorage.getItem(this.place)); } catch { return null; }
  }

  forget() {
    clearTimeout(this.copying);
    this.keptHere = false;
    try { localStorage.removeItem(this.place); } catch { /* nothing was kept */ }
  }
}

async function put(url, xml, rev) {
  return send('PUT', url, new Blob([xml], { type: 'application/xml' }), { 'Content-Type': 'application/xml', 'If-Match': `"${rev}"` });
}
