// New tasks while the inbox is open. They are announced, never put into the list by themselves; a connection that is
// lost is told with the age of what is shown. A stream where the service has a place for it, else a question a minute.
import { text } from './texts.js';

const place = () => document.getElementById('news');
let stream = null, timer = 0, mark = '', madeAt = 0;

/** `reload` loads the list anew and keeps the chosen row, ticks and focus; it resolves when the list stands. */
export function live(reload) {
  let told = '';

  function start() {
    if (!place()) return stop();
    if (place().dataset.mark === mark) return;
    mark = place().dataset.mark;
    madeAt = performance.now();
    told = '';
    open();
  }

  function open() {
    stop();
    if (document.hidden) return; // a place for those who look
    stream = new EventSource(`${place().dataset.stream}?since=${encodeURIComponent(mark)}`);
    stream.addEventListener('open', connected);
    stream.addEventListener('news', event => announce(Number(event.data)));
    stream.addEventListener('end', later);
    stream.addEventListener('error', ask);
  }

  function stop() {
    clearTimeout(timer);
    stream?.close();
    stream = null;
  }

  function later() {
    stop();
    timer = setTimeout(() => { ask().then(ok => { if (ok && place()) open(); }); }, Number(place()?.dataset.pollSeconds) * 1000);
  }

  async function ask() {
    stop();
    if (!place()) return false;
    try {
      const answer = await fetch(`${place().dataset.news}?since=${encodeURIComponent(mark)}`, { headers: { Accept: 'application/json' } });
      if (answer.status === 401) return say('expired', text('signIn'), text('logIn'), () => location.reload()), false;
      if (!answer.ok) throw new TypeError(String(answer.status));
      connected();
      announce((await answer.json()).new);
      later();
      return true;
    } catch {
      lost();
      return false;
    }
  }

  function announce(count) {
    if (!count) return told === 'lost' ? undefined : clear();
    say(`new ${count}`, text(count === 1 ? 'newTask' : 'newTasks', { n: count }), text('show'), () => reload(true));
  }

  function lost() {
    const minutes = Math.round((performance.now() - madeAt) / 60000);
    const age = minutes < 1 ? 'lostNow' : minutes === 1 ? 'lostMinute' : 'lostMinutes';
    say('lost', text(age, { at: place()?.dataset.asOf, n: minutes }), text('retry'), async () => { if (await ask()) reload(true); }, 'err', minutes);
    clearTimeout(timer);
    timer = setTimeout(ask, Math.min(15, Number(place()?.dataset.pollSeconds)) * 1000);
  }

  function connected() {
    if (told.startsWith('lost')) clear();
  }

  // The same line is not said twice: a screen reader would read it again.
  function say(what, words, button, act, tone = '', detail = '') {
    if (!place() || told === `${what} ${detail}`) return;
    told = `${what} ${detail}`;
    const line = Object.assign(document.createElement('div'), { className: `note ${tone}`.trim() });
    const go = Object.assign(document.createElement('button'), { className: 'btn sm quiet', type: 'button', textContent: button });
    go.addEventListener('click', act);
    line.append(words, go);
    place().replaceChildren(line);
  }

  function clear() {
    told = '';
    place()?.replaceChildren();
  }

  document.addEventListener('htmx:after:swap', start);
  document.addEventListener('htmx:error', () => { if (place()) ask(); });
  document.addEventListener('visibilitychange', () => { if (document.hidden) stop(); else if (place()) ask().then(ok => ok && open()); });
  addEventListener('offline', () => { stop(); lost(); });
  addEventListener('online', () => ask().then(ok => ok && open()));
  addEventListener('pagehide', stop);
  start();
}
